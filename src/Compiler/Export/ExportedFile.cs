using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Export;

/// <summary>The file that an exported model becomes: whole under its name, or not there.</summary>
internal static class ExportedFile
{
    /// <summary>Asks before anything long is done.</summary>
    /// <exception cref="MixPrecException">MXP1050: it cannot be written.</exception>
    public static void Require(string path)
    {
        if (Directory.Exists(path))
        {
            throw Unwritable(path, "a folder of this name is in its place");
        }

        Attempt(path, unfinished => File.WriteAllText(unfinished, ""), unfinished => File.Delete(unfinished));
    }

    /// <inheritdoc cref="Require"/>
    public static void Write(string path, ModelProto model)
    {
        // A protobuf message cannot be longer than 2 GiB, and a sum of sizes beyond that would wrap around.
        if (model.Graph.Initializer.Sum(i => (long)i.RawData.Length) > int.MaxValue - (64L << 20))
        {
            throw Unwritable(path, "the model would be larger than 2 GiB, which no ONNX file without external data may be");
        }

        Attempt(path, unfinished =>
        {
            using var file = File.Create(unfinished);
            model.WriteTo(file);
        }, unfinished => File.Move(unfinished, path, overwrite: true));
    }

    private static void Attempt(string path, Action<string> write, Action<string> finish)
    {
        string unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            write(unfinished);
            finish(unfinished);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }

            throw Unwritable(path, exception.Message.Replace(unfinished, path, StringComparison.Ordinal));
        }
    }

    private static MixPrecException Unwritable(string path, string reason) =>
        new(DiagnosticCatalog.ExportUnwritable, null, path, reason.ReplaceLineEndings(" ").TrimEnd('.'));
}
