using System.Runtime.CompilerServices;
using MixPrec.Compiler.Execution;

namespace MixPrec.Compiler.Tests.Architecture;

/// <summary>Tests here name types of the C# compiler themselves.</summary>
internal static class SdkCompilerLoading
{
    [ModuleInitializer]
    internal static void Load() => SdkCompiler.Require();
}
