using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Export;

/// <summary>The file that an exported model becomes.</summary>
internal static class ExportedFile
{
    /// <exception cref="MixPrecException">MXP1050, MXP1041: it cannot be written, or is a folder.</exception>
    public static void Require(string path) => At(path).Require();

    /// <inheritdoc cref="Require"/>
    public static void Write(string path, ModelProto model)
    {
        var file = At(path);

        // A protobuf message cannot be longer than 2 GiB, and a sum of sizes beyond that would wrap around.
        if (model.Graph.Initializer.Sum(i => (long)i.RawData.Length) > int.MaxValue - (64L << 20))
        {
            throw file.NotWritten("the model would be larger than 2 GiB, which no ONNX file without external data may be");
        }

        file.Write(stream => model.WriteTo(stream));
    }

    private static OutputFile At(string path) => new("The exported model", path, DiagnosticCatalog.ExportUnwritable, null);
}
