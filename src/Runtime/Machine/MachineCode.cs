namespace MixPrec.Runtime.Machine;

/// <content>
/// Code that the assembler wrote when Runtime was built (docs/machine-code.md), in memory that can be executed. The AppContext switch
/// <c>MixPrec.MachineCode</c> turns it off; the kernels in C# give the same bits.
/// </content>
internal static partial class MachineCode
{
    /// <summary>The name of the switch.</summary>
    public const string Switch = "MixPrec.MachineCode";

    /// <summary>Where <see cref="Bytes"/> are executable; 0 where they are not.</summary>
    public static readonly nint Address = IsSwitchedOn && Environment.Is64BitProcess && System.Runtime.Intrinsics.X86.X86Base.IsSupported
        ? ExecutableMemory.Copy(Bytes)
        : 0;

    /// <summary>Whether the code can be called.</summary>
    public static bool IsMapped => Address != 0;

    private static bool IsSwitchedOn => !AppContext.TryGetSwitch(Switch, out bool on) || on;
}
