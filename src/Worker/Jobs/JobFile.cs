using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Diagnostics;

namespace MixPrec.Worker.Jobs;

/// <summary>What a build asks for: names and values, all text; an empty value is a default.</summary>
internal sealed class JobFile(IReadOnlyDictionary<string, string> values)
{
    /// <summary>The value of a name, or null when it is absent or empty.</summary>
    public string? this[string name] => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Reads one flat JSON object whose values are all strings.</summary>
    /// <exception cref="MixPrecException">MXP1001, MXP9001: the file does not exist, or no task of this version wrote it.</exception>
    public static JobFile Read(string path)
    {
        try
        {
            return new(JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? []);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MixPrecException(DiagnosticCatalog.FileNotFound, path, "The job file", path);
        }
        catch (JsonException exception)
        {
            throw new MixPrecException(DiagnosticCatalog.Internal, path, nameof(JsonException), "reading the job file", exception.Message);
        }
    }

    /// <exception cref="MixPrecException">MXP1002: the value is absent.</exception>
    public string Required(string name) => this[name] ?? throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, this["Model"], name, "", "a value");
}
