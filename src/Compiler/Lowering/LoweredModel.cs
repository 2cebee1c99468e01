using MixPrec.Compiler.Lowering.WeightsFile;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>What lowering makes of a graph: the steps, and the packed weights that their constants point into.</summary>
/// <param name="Plan">Printed as C# by the emitter.</param>
/// <param name="Weights">The weights file, with <see cref="ModelPlan.WeightsLength"/> bytes of data.</param>
internal sealed record LoweredModel(ModelPlan Plan, ScratchWeights Weights);
