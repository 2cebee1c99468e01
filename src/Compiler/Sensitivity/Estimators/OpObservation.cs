using MixPrec.Compiler.Graphs;
using TorchTensor = TorchSharp.torch.Tensor;

namespace MixPrec.Compiler.Sensitivity.Estimators;

/// <summary>A quantizable op in one run of fp32.</summary>
/// <param name="X">Its left-hand side; of a recurrence the states of all steps, samples first.</param>
/// <param name="Rhs">Its right-hand side: weights as a product takes them, or an activation.</param>
/// <param name="Y">Its output before the activation.</param>
/// <param name="Gradient">∂g_r/∂Y of the sample r that each element belongs to.</param>
/// <param name="Samples">Axis 0 of X, Y and the gradient holds this many samples, each an equal number of rows.</param>
internal sealed record OpObservation(Node Node, TorchTensor X, TorchTensor Rhs, TorchTensor Y, TorchTensor Gradient, int Samples);
