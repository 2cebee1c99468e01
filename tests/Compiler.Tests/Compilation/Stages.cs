using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Report;

namespace MixPrec.Compiler.Tests.Compilation;

/// <summary>Hears the names of the stages at once, on the compiler's thread.</summary>
internal sealed class Stages(Action<string> heard) : IProgress<BuildProgress>
{
    public static readonly Stages Unheard = new(_ => { });

    /// <summary>Each stage once: how far it is, is left out.</summary>
    public void Report(BuildProgress value)
    {
        if (value.Detail.Length == 0)
        {
            heard(value.Words);
        }
    }
}
