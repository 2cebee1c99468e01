namespace MixPrec.Runtime.Machine;

/// <summary>Where machine code writes results, and what it adds before: a store says so of itself where it can.</summary>
internal unsafe struct MachineStore
{
    public MachineStore()
    {
    }

    /// <summary>Which of the following there are.</summary>
    public EpilogueForm Form;

    /// <summary>Where (0, 0) goes as a float.</summary>
    public float* Floats;

    /// <summary>Bytes from row to row.</summary>
    public nint FloatsPitch;

    /// <summary>Where (0, 0) goes as a byte.</summary>
    public byte* Bytes;

    /// <summary>Bytes from row to row.</summary>
    public nint BytesPitch;

    /// <summary>Of the bytes.</summary>
    public CodeRange Codes;

    /// <summary>What is added to (0, 0).</summary>
    public float* Addend;

    /// <summary>Bytes from row to row.</summary>
    public nint AddendPitch;

    /// <summary>Least result behind the addition.</summary>
    public float Lowest = float.NegativeInfinity;

    /// <summary>Largest result behind it.</summary>
    public float Highest = float.PositiveInfinity;
}
