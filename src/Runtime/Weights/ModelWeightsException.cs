namespace MixPrec.Runtime;

/// <summary>A weights file cannot be used: wrong magic or version, truncated, trailing bytes, or a checksum that does not match.</summary>
public class ModelWeightsException : Exception
{
    /// <summary>Creates the exception with a message that names the file and what is wrong with it.</summary>
    public ModelWeightsException(string message) : base(message)
    {
    }
}
