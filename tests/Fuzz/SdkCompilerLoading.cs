using System.Runtime.CompilerServices;
using MixPrec.Compiler.Execution;

namespace MixPrec.Fuzz;

/// <summary>The target of plans names types of the C# compiler itself.</summary>
internal static class SdkCompilerLoading
{
    [ModuleInitializer]
    internal static void Load() => SdkCompiler.Require();
}
