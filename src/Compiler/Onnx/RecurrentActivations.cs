using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;

namespace MixPrec.Compiler.Onnx;

/// <summary>The activations of a recurrent layer: their names, and the parameters that those which have one take in turn.</summary>
internal static class RecurrentActivations
{
    /// <param name="defaults">The names where the node gives none; it has to give as many.</param>
    public static IReadOnlyList<UnaryFunction> Read(OnnxNode node, IReadOnlyList<string> defaults)
    {
        var names = node.Attributes.Strings("activations") ?? defaults;
        var (alphas, betas) = (new Queue<float>(node.Attributes.Floats("activation_alpha") ?? []),
            new Queue<float>(node.Attributes.Floats("activation_beta") ?? []));
        if (names.Count != defaults.Count)
        {
            throw node.Invalid($"{Counted.Format(names.Count, "activation")} instead of {defaults.Count}");
        }

        return [.. names.Select(Function)];

        UnaryFunction Function(string name) => name.ToUpperInvariant() switch
        {
            "RELU" => new(UnaryKind.Relu),
            "TANH" => new(UnaryKind.Tanh),
            "SIGMOID" => new(UnaryKind.Sigmoid),
            "SOFTSIGN" => new(UnaryKind.Softsign),
            "SOFTPLUS" => new(UnaryKind.Softplus),
            "LEAKYRELU" => new(UnaryKind.LeakyRelu, Next(alphas, 0.01f)),
            "THRESHOLDEDRELU" => new(UnaryKind.ThresholdedRelu, Next(alphas, 1)),
            "ELU" => new(UnaryKind.Elu, Next(alphas, 1)),
            "HARDSIGMOID" => new(UnaryKind.HardSigmoid, Next(alphas, 0.2f), Next(betas, 0.5f)),
            "AFFINE" => new(UnaryKind.Affine, Next(alphas, 1), Next(betas, 0)),
            "SCALEDTANH" => new(UnaryKind.ScaledTanh, Next(alphas, 1), Next(betas, 1)),
            _ => throw node.NotSupported($"the activation '{PrintableName.Format(name)}'"),
        };

        static float Next(Queue<float> given, float absent) => given.TryDequeue(out float value) ? value : absent;
    }
}
