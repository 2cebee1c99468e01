using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;
using Xunit;
using static MixPrec.Models.Tests.Tabular.TableComparison;
using static MixPrec.Models.Tests.Tabular.TableModel;

namespace MixPrec.Models.Tests.Tabular;

/// <summary>Linear models and support vector machines.</summary>
public sealed class LinearAndKernelTests
{
    private static readonly string[] Kernels = ["LINEAR", "POLY", "RBF", "SIGMOID"];

    [Fact]
    public void LinearModels()
    {
        using var model = Table(1);
        var random = new Random(1);
        foreach (string transform in Transforms)
        {
            for (int classes = 1; classes <= 4; classes++)
            {
                // Scores between 0 and 1, where PROBIT is a number.
                var coefficients = Of("coefficients", Random(random, classes * Columns, 0.05));
                var intercepts = Of("intercepts", [.. Enumerable.Repeat(0.5f, classes)]);
                Node(model, "LinearRegressor", $"r{classes}{transform}", coefficients, intercepts, Number("targets", classes),
                    Of("post_transform", transform));
                if (classes > 1 || transform != "PROBIT")
                {
                    Classifier(model, "LinearClassifier", $"c{classes}{transform}", coefficients, intercepts,
                        Of("classlabels_ints", [.. Enumerable.Range(5, Math.Max(2, classes)).Select(l => (long)l)]),
                        Of("post_transform", transform));
                }
            }
        }

        Check(model, 2e-6, torch: true, Numbers());
    }

    [Fact]
    public void SupportVectorsForRegression()
    {
        using var model = Table(1);
        var random = new Random(6);
        foreach (string kernel in Kernels)
        {
            var vectors = new[] { Of("kernel_type", kernel), Of("kernel_params", 0.3f, 0.2f, 3), Number("n_supports", 7),
                Of("coefficients", Random(random, 7)), Of("support_vectors", Random(random, 7 * Columns, 2)), Of("rho", [0.1f]) };
            Node(model, "SVMRegressor", kernel, vectors);
            Node(model, "SVMRegressor", $"one{kernel}", [.. vectors, Number("one_class", 1)]);
        }

        Node(model, "SVMRegressor", "without", Of("kernel_type", "LINEAR"), Of("kernel_params", 0.3f, 0.2f, 3), Number("n_supports", 0),
            Of("coefficients", Random(random, Columns)), Of("rho", [0.1f]));
        Check(model, 3e-6, torch: true, Numbers());
    }

    /// <summary>Distances are taken apart into squares and products, which one large number would cancel for all.</summary>
    [Fact]
    public void AVectorFarAwayChangesNoOther()
    {
        using var model = Table(1);
        var random = new Random(8);
        float[] vectors = [.. Random(random, 7 * Columns, 2)];
        vectors[^2] = 1e9f;
        Node(model, "SVMRegressor", "far", Of("kernel_type", "RBF"), Of("kernel_params", 0.3f, 0.2f, 3), Number("n_supports", 7),
            Of("coefficients", Random(random, 7)), Of("support_vectors", vectors), Of("rho", [0.1f]));
        Check(model, 3e-6, torch: true, Numbers());
    }

    /// <summary>Such a row is near no vector: what is left is the constant.</summary>
    [Fact]
    public void RowsOfInfinitiesAreFarFromEveryVector()
    {
        using var model = Table(1);
        Node(model, "SVMRegressor", "infinite", Of("kernel_type", "RBF"), Of("kernel_params", 0.3f, 0.2f, 3), Number("n_supports", 2),
            Of("coefficients", 1f, -2f), Of("support_vectors", 0f, 0, 1, 2, 0, 3, 0, -1), Of("rho", [0.1f]));
        float[] rows = [float.NegativeInfinity, 0, -1e30f, float.PositiveInfinity, 0, 0, 1, 2, 3e38f, 0, 0, 0];
        Check(model, 3e-6, torch: true, Tensor.Create(rows, 3, Columns));
    }

    [Fact]
    public void SupportVectorsForClasses()
    {
        using var model = Table(1);
        var random = new Random(7);
        foreach (string kernel in Kernels)
        {
            foreach (string transform in Transforms)
            {
                for (int classes = 2; classes <= 4; classes++)
                {
                    int pairs = classes * (classes - 1) / 2;
                    var vectors = new[]
                    {
                        Of("kernel_type", kernel), Of("kernel_params", 0.1f, 0.2f, 2),
                            Of("vectors_per_class", [.. Enumerable.Range(1, classes).Select(c => (long)c)]),
                            Of("post_transform", transform),
                        Of("support_vectors", Random(random, (pairs + classes) * Columns, 2)),
                            Of("coefficients", Random(random, (pairs + classes) * (classes - 1))), Of("rho", Random(random, pairs, 0.1)),
                        Of("classlabels_ints", [.. Enumerable.Range(5, classes).Select(l => (long)l)]),
                    };
                    if (transform != "PROBIT")
                    {
                        Classifier(model, "SVMClassifier", $"{kernel}{transform}{classes}", vectors);
                    }

                    if (kernel == "RBF")
                    {
                        Classifier(model, "SVMClassifier", $"{kernel}{transform}{classes}p",
                            [.. vectors, Of("prob_a", [.. Enumerable.Range(1, pairs).Select(p => -p / 2f)]),
                            Of("prob_b", Random(random, pairs))]);
                    }
                }
            }
        }

        // LIBSVM's iteration stops early; the solution that calibration takes is exact.
        Check(model, 1e-5, torch: false, Numbers());
    }
}
