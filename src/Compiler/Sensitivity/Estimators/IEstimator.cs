using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Options;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>What one op run as a candidate changes the loss of each sample by, to first order.</summary>
internal interface IEstimator
{
    /// <summary>Whether <see cref="Changes"/> are loss changes δ with their signs; otherwise they are expected squares δ².</summary>
    bool IsSigned { get; }

    /// <summary>[samples] δ or δ² for each of <paramref name="candidates"/>.</summary>
    IEnumerable<TorchTensor> Changes(OpObservation op, IReadOnlyList<PrecisionConfig> candidates);

    /// <summary>For candidates of one pass.</summary>
    static IEstimator Create(Estimator kind, TorchExecutor executor, RangeTable ranges, RoundedProduct product) => kind switch
    {
        Estimator.Projected => new ProjectedEstimator(new OutputError(product)),
        Estimator.Fisher => new FisherEstimator(new OutputError(product)),
        _ => new AnalyticEstimator(executor, ranges),
    };
}
