using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Plan;

namespace MixPrec.Compiler;

/// <summary>A model that can be built.</summary>
/// <param name="Rewritten">What is lowered.</param>
/// <param name="Plan">With every layer in fp32; its weights were not kept.</param>
internal sealed record InspectedModel(ImportedModel Imported, Graph Rewritten, ModelPlan Plan);
