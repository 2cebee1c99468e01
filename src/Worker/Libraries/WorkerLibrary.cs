namespace MixPrec.Worker.Libraries;

/// <summary>A NuGet package that calibration needs and MixPrec.Build does not bring.</summary>
/// <param name="Managed">Assemblies, as paths inside the package.</param>
/// <param name="Native">Native libraries of this platform, as paths inside the package.</param>
internal sealed record WorkerLibrary(string Id, string Version, IReadOnlyList<string> Managed, IReadOnlyList<string> Native)
{
    /// <summary>Where NuGet puts it inside a package folder.</summary>
    public string Folder => Path.Combine(Id.ToLowerInvariant(), Version.ToLowerInvariant());

    public override string ToString() => $"{Id} {Version}";
}
