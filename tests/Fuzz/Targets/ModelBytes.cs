using Google.Protobuf;
using Google.Protobuf.Collections;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Fuzz.Mutation;

namespace MixPrec.Fuzz.Targets;

/// <summary>Model files in words, and with a part less.</summary>
internal static class ModelBytes
{
    public static string Describe(byte[] input) => Parse(input)?.ToString() ?? "no protobuf message";

    public static IEnumerable<byte[]> Smaller(byte[] input) => Parse(input) is { } model ? Smaller(model)
        .Select(m => m.ToByteArray()) : BytesMutator.Smaller(input);

    public static ModelProto? Parse(byte[] input)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static IEnumerable<ModelProto> Smaller(ModelProto model) => model.Graph is null ? [] :
    [
        .. Without(model, m => m.Graph.Node), .. Without(model, m => m.Graph.Output), .. Without(model, m => m.Graph.Input),
            .. Without(model, m => m.Graph.Initializer),
        .. Enumerable.Range(0, model.Graph.Node.Count).SelectMany(n => Without(model, m => m.Graph.Node[n].Attribute)),
        .. Enumerable.Range(0, model.Graph.Node.Count).SelectMany(n => Without(model, m => m.Graph.Node[n].Input)),
    ];

    private static IEnumerable<ModelProto> Without<T>(ModelProto model, Func<ModelProto, RepeatedField<T>> list)
    {
        for (int i = list(model).Count - 1; i >= 0; i--)
        {
            var smaller = model.Clone();
            list(smaller).RemoveAt(i);
            yield return smaller;
        }
    }
}
