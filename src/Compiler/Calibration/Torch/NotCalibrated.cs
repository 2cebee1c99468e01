using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Calibration.Torch;

/// <summary>An operation that the emitted code has and calibration lacks.</summary>
internal static class NotCalibrated
{
    public static MixPrecException Error(Node node) => new(
        DiagnosticCatalog.GraphInvalid, null, PrintableName.Format(node.Name), node.Op.Kind,
        "this operation cannot run while the network is calibrated; set KeepFloat=\"*\" to leave the network as it is");
}
