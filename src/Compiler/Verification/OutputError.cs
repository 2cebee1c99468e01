using MixPrec.Compiler.Options;

namespace MixPrec.Compiler.Verification;

/// <summary>The loss error of one output among several that are bounded.</summary>
/// <param name="Name">The output's name in the model: untrusted text.</param>
internal sealed record OutputError(string Name, LossKind Loss, LossError Error);
