using Google.Protobuf;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Fuzz.Mutation;

namespace MixPrec.Fuzz.Targets;

/// <summary>Tensors in files of their own, as test data have them.</summary>
internal sealed class TensorTarget : IFuzzTarget
{
    private readonly string _path;

    public TensorTarget(string folder) => _path = Path.Combine(folder, "input_0.pb");

    public string Name => "tensor";

    public string Extension => ".pb";

    public int Share => 2;

    public byte[] Make(Random random)
    {
        TensorProto tensor = TensorMutator.Make(random, "x", [2, 3]);
        for (int i = random.Next(4); i > 0; i--)
        {
            TensorMutator.Mutate(random, tensor);
        }

        return random.Next(4) == 0 ? BytesMutator.Mutate(random, tensor.ToByteArray(), 1) : tensor.ToByteArray();
    }

    public string Read(byte[] input) => Outcome.Of(() =>
    {
        File.WriteAllBytes(_path, input);
        OnnxTestCase.ReadTensor(_path);
    });

    public IEnumerable<byte[]> Smaller(byte[] input) => BytesMutator.Smaller(input);
}
