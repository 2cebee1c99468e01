using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Calibration;

/// <summary>Tensors to and from TorchSharp.</summary>
internal static class TorchTensors
{
    public static TorchTensor ToTorch(this Tensor tensor) => tensor.Type switch
    {
        ElementType.F32 => torch.tensor(tensor.Span<float>().ToArray(), tensor.Shape),
        ElementType.F64 => torch.tensor(tensor.Span<double>().ToArray(), tensor.Shape),
        ElementType.I64 => torch.tensor(tensor.Span<long>().ToArray(), tensor.Shape),
        ElementType.I32 => torch.tensor(tensor.Span<int>().ToArray(), tensor.Shape),
        ElementType.U8 => torch.tensor(tensor.Span<byte>().ToArray(), tensor.Shape),
        ElementType.Bool => torch.tensor(tensor.Span<bool>().ToArray(), tensor.Shape),
        _ => throw new NotSupportedException($"{tensor.Type} has no counterpart in calibration"),
    };

    public static Tensor ToTensor(this TorchTensor tensor)
    {
        using var dense = tensor.detach().to(ScalarType.Float32).contiguous();
        return Tensor.Of(dense.data<float>().ToArray(), dense.shape);
    }

    public static ScalarType ToTorch(this ElementType type) => type switch
    {
        ElementType.F32 => ScalarType.Float32,
        ElementType.F64 => ScalarType.Float64,
        ElementType.I64 => ScalarType.Int64,
        ElementType.I32 => ScalarType.Int32,
        ElementType.U8 => ScalarType.Byte,
        ElementType.Bool => ScalarType.Bool,
        _ => throw new NotSupportedException($"{type} has no counterpart in calibration"),
    };
}
