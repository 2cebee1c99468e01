using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Compiler.Onnx.Tabular;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Compiler.Onnx.Ops.Tabular;

/// <summary>
/// A decision for each pair of classes out of the kernels of x and the support vectors; the class that wins most pairs is the label, of
/// equal ones the first. The scores are the decisions (of two classes both signs), or probabilities coupled from those of the pairs.
/// Without support vectors x·coefficients + rho are the scores of the classes.
/// </summary>
internal static class SVMClassifier
{
    private const int MostClasses = 128, LargestColumns = 1 << 26;

    public static IReadOnlyList<Value> Import(OnnxNode node)
    {
        var (labels, transform, f) = (new ClassLabels(node, "classlabels_ints"), PostTransform.FromNode(node), new Formula(node));
        float[] coefficients = Coefficients.Read(node, "coefficients"), rho = Coefficients.Read(node, "rho");
        long[] vectors = [.. node.Attributes.Ints("vectors_per_class") ?? []];
        var kernel = SupportVectors.FromNode(node, vectors.Any(v => v is < 0 or > int.MaxValue)
            ? throw node.Invalid("vectors_per_class is negative") : vectors.Sum());
        if (kernel is null)
        {
            node.Attributes.Ignore("prob_a", "prob_b");
            var scores = LinearRegressor.Product(node, "scores", coefficients, [.. Enumerable.Repeat(rho[0], labels.Count)], labels.Count);
            return [labels.OfHighest(scores), f.Result(transform.Apply(scores), 1)];
        }

        if (labels.Count > MostClasses || (long)kernel.Count * labels.Count * labels.Count / 2 > LargestColumns)
        {
            throw node.NotSupported($"{Counted.Format(labels.Count, "class", "classes")} "
                + $"and {Counted.Format(kernel.Count, "support vector")}: each pair of classes is a column, "
                + $"and there may be {MostClasses} classes and {LargestColumns} elements");
        }

        int pairs = labels.Count * (labels.Count - 1) / 2;
        if (labels.Count < 2 || vectors.Length != labels.Count || coefficients.Length != (labels.Count - 1) * kernel.Count
            || rho.Length < pairs)
        {
            throw node.Invalid($"{Counted.Format(vectors.Length, "number")} of vectors, "
                + $"{Counted.Format(coefficients.Length, "coefficient")} and {rho.Length} rho "
                + $"do not fit {Counted.Format(labels.Count, "class", "classes")}");
        }

        var decisions = node.AddPart("decisions", new Graphs.Ops.MatMul(), kernel.Apply(FeatureRows.Single(node)),
            node.Constant("coefficients", PairColumns(coefficients, vectors, kernel.Count, pairs)),
                Coefficients.Vector(node, "rho", rho[..pairs]));
        float[] a = Coefficients.Optional(node, "prob_a"), b = Coefficients.Optional(node, "prob_b");
        if (a.Length != b.Length || (a.Length > 0 && a.Length < pairs))
        {
            throw node.Invalid($"{a.Length} prob_a and {b.Length} prob_b for {pairs} pairs of classes");
        }

        var result = a.Length > 0 ? transform.Apply(Probabilities(node, f, decisions, a[..pairs], b[..pairs], labels.Count))
            : labels.Count > 2 ? transform.Apply(decisions)
            : transform.BothClasses(decisions, isProbability: !transform.IsNone);
        return [labels.OfPosition(Winner(node, f, decisions, labels.Count)), f.Result(result, 1)];
    }

    /// <summary>
    /// For each pair the coefficients of both classes' vectors, zeros for the others': row i of a class's counts for the other classes in
    /// their order.
    /// </summary>
    private static Tensor PairColumns(float[] coefficients, long[] vectors, int count, int pairs)
    {
        float[] columns = new float[checked(count * pairs)];
        long[] start = new long[vectors.Length];
        for (int i = 1; i < start.Length; i++)
        {
            start[i] = start[i - 1] + vectors[i - 1];
        }

        int pair = 0;
        for (int i = 0; i < vectors.Length; i++)
        {
            for (int j = i + 1; j < vectors.Length; j++, pair++)
            {
                Copy(i, j - 1, pair);
                Copy(j, i, pair);
            }
        }

        return Tensor.Create(columns, count, pairs);

        void Copy(int ofClass, int row, int toPair)
        {
            for (long v = start[ofClass]; v < start[ofClass] + vectors[ofClass]; v++)
            {
                columns[(v * pairs) + toPair] = coefficients[((long)row * count) + v];
            }
        }
    }

    /// <summary>The first class of a pair where the decision is positive, between 10⁻⁷ and 1 − 10⁻⁷.</summary>
    private static Value Probabilities(OnnxNode node, Formula f, Value decisions, float[] a, float[] b, int classes)
    {
        var exponent = f.Add(f.Mul(decisions, Coefficients.Vector(node, "prob_a", a)), Coefficients.Vector(node, "prob_b", b));
        var first = f.Clip(f.Apply(UnaryKind.Sigmoid, f.Apply(UnaryKind.Neg, exponent)), 1e-7f, 1 - 1e-7f);
        return node.AddPart("probabilities", new Graphs.Ops.PairwiseCoupling(classes), first);
    }

    /// <summary>The class that wins most pairs [N, 1].</summary>
    private static Value Winner(OnnxNode node, Formula f, Value decisions, int classes)
    {
        int pairs = classes * (classes - 1) / 2, pair = 0;
        float[] first = new float[pairs * classes], second = new float[pairs * classes];
        for (int i = 0; i < classes; i++)
        {
            for (int j = i + 1; j < classes; j++, pair++)
            {
                (first[(pair * classes) + i], second[(pair * classes) + j]) = (1, 1);
            }
        }

        var wins = f.Compare(CompareKind.Greater, f.Reshape(decisions, decisions.Shape[0], pairs, 1), f.Number(0));
        var votes = f.Where(wins, node.Constant("first", Tensor.Create(first, pairs, classes)),
            node.Constant("second", Tensor.Create(second, pairs, classes)));
        return node.AddPart("winner", new ArgExtreme(1, Largest: true, Last: false),
            f.Reshape(f.Reduce(ReduceKind.Sum, votes, 1), decisions.Shape[0], classes));
    }
}
