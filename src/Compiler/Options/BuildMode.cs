namespace MixPrec.Compiler.Options;

/// <summary>How a compilation treats the lock file (property <c>MixPrecMode</c>).</summary>
internal enum BuildMode
{
    /// <summary>A matching lock file is used; otherwise the model is calibrated and the lock file written.</summary>
    Auto,

    /// <summary>The lock file is used; one that is missing or does not match is an error.</summary>
    Locked,

    /// <summary>The model is calibrated and the lock file written, whatever it holds.</summary>
    Update,

    /// <summary>Every layer in fp32; nothing is calibrated and no lock file is read or written.</summary>
    Skip,
}
