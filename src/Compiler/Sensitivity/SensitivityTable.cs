using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Precision;

namespace MixPrec.Compiler.Sensitivity;

/// <summary>Expected squared loss change of every (op, candidate), and the mean squared loss it is measured against.</summary>
internal sealed record SensitivityTable(IReadOnlyDictionary<(string Node, PrecisionConfig Precision), double> Values, double MeanSquaredLoss)
{
    public double this[Node node, PrecisionConfig precision] => precision == PrecisionConfig.F32 ? 0 : Values[(node.Name, precision)];
}
