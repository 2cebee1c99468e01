using MixPrec.Compiler.Graphs;

namespace MixPrec.Compiler.Onnx;

/// <summary>A model file as the compiler's own graph.</summary>
/// <param name="Files">Full paths of every file that was read: the model, then its external data in order of first use.</param>
/// <param name="Opset">Version of the standard operators.</param>
internal sealed record ImportedModel(Graph Graph, IReadOnlyList<string> Files, int Opset);
