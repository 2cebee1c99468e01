using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
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
        ElementType.I16 => torch.tensor(tensor.Span<short>().ToArray(), tensor.Shape),
        ElementType.I8 => torch.tensor(tensor.Span<sbyte>().ToArray(), tensor.Shape),
        ElementType.U8 => torch.tensor(tensor.Span<byte>().ToArray(), tensor.Shape),
        ElementType.Bool => torch.tensor(tensor.Span<bool>().ToArray(), tensor.Shape),
        _ => throw Unsupported(tensor.Type),
    };

    public static Tensor ToTensor(this TorchTensor tensor)
    {
        using var dense = tensor.detach().to(ScalarType.Float32).contiguous();
        return Tensor.Create(dense.data<float>().ToArray(), dense.shape);
    }

    public static ScalarType ToTorch(this ElementType type) => type switch
    {
        ElementType.F32 => ScalarType.Float32,
        ElementType.F64 => ScalarType.Float64,
        ElementType.I64 => ScalarType.Int64,
        ElementType.I32 => ScalarType.Int32,
        ElementType.I16 => ScalarType.Int16,
        ElementType.I8 => ScalarType.Int8,
        ElementType.U8 => ScalarType.Byte,
        ElementType.Bool => ScalarType.Bool,
        _ => throw Unsupported(type),
    };

    private static MixPrecException Unsupported(ElementType type) =>
        new(DiagnosticCatalog.ElementTypeUnsupported, null, "A value of the network", type,
            " in calibration; set KeepFloat=\"*\" to leave the network as it is");
}
