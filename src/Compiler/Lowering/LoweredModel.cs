using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>What lowering makes of a graph: the steps, and the packed weights that their constants point into.</summary>
/// <param name="Plan">Printed as C# by the emitter.</param>
/// <param name="Weights">The data part of the weights file, <see cref="ModelPlan.WeightsLength"/> bytes.</param>
internal sealed record LoweredModel(ModelPlan Plan, byte[] Weights);
