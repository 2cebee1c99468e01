namespace MixPrec.Fuzz;

/// <summary>A reader under test.</summary>
internal interface IFuzzTarget
{
    /// <summary>The name in statistics and file names.</summary>
    string Name { get; }

    /// <summary>Of the files that show a finding.</summary>
    string Extension { get; }

    /// <summary>How often the target is drawn, beside the others.</summary>
    int Share { get; }

    /// <summary>An input that follows from the numbers of <paramref name="random"/> alone.</summary>
    byte[] Make(Random random);

    /// <summary>Reads an input.</summary>
    /// <returns>The id of the diagnostic that refuses it, or "accepted".</returns>
    /// <exception cref="Exception">Anything but a refusal: a finding.</exception>
    string Read(byte[] input);

    /// <summary>An input in words, where its bytes are not.</summary>
    string Describe(byte[] input) => "";

    /// <summary>Inputs with a part less than this one, larger parts first.</summary>
    IEnumerable<byte[]> Smaller(byte[] input);
}
