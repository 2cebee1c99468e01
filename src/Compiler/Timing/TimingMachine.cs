using System.Runtime.InteropServices;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Runtime.Simd;

namespace MixPrec.Compiler.Timing;

/// <summary>What times belong to: on another machine, or with other code, the same network takes another time.</summary>
/// <param name="InstructionSet">The widest set that kernels may use.</param>
/// <param name="Cores">Processors of the machine.</param>
/// <param name="Runtime">Of .NET, with its version.</param>
/// <param name="Package">Version of MixPrec.Build, whose kernels were timed.</param>
/// <param name="Threads">Of each run.</param>
internal sealed record TimingMachine(string Cpu, string InstructionSet, int Cores, string Runtime, string Package, int Threads)
{
    /// <summary>Version of this package.</summary>
    public static string OwnPackage { get; } = typeof(TimingMachine).Assembly.GetName().Version!.ToString(3);

    /// <summary>This one, with the kernels that this process may choose.</summary>
    public static TimingMachine Current(int threads) => new(Machine.Description,
        InstructionSets.Preferred.ToString().ToLowerInvariant(), Environment.ProcessorCount, RuntimeInformation.FrameworkDescription,
        OwnPackage, threads);

    /// <summary>
    /// In words what of the machine is another one here; versions of the package and threads are no property of the machine.
    /// </summary>
    public IEnumerable<string> DifferencesTo(TimingMachine here) => new (string Name, string There, string Here)[]
    {
        ("the CPU is", PrintableName.Format(Cpu), here.Cpu),
        ("the instruction set is", PrintableName.Format(InstructionSet), here.InstructionSet),
        ("the machine has", Counted.Format(Cores, "core"), Counted.Format(here.Cores, "core")),
        ("the runtime is", PrintableName.Format(Runtime), here.Runtime),
    }.Where(p => p.There != p.Here).Select(p => $"{p.Name} {p.There} there and {p.Here} here");
}
