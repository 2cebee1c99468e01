using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Lowering;
using MixPrec.Plan;
using static MixPrec.Compiler.Tests.Execution.PlanBuilder;

namespace MixPrec.Compiler.Tests.Execution;

/// <summary>Small networks as plans, each with its slow reference.</summary>
internal static class Networks
{
    public const int Inputs = 37, Hidden = 19, Outputs = 5;

    private static readonly float[,] First = Matrix(Inputs, Hidden, 1), Second = Matrix(Hidden, Outputs, 2);
    private static readonly float[] FirstBias = Vector(Hidden, 3), SecondBias = Vector(Outputs, 4);

    /// <summary>y[batch, 5] = relu(x · w + b) · v + c in fp32.</summary>
    public static LoweredModel Mlp(bool symbolic, string className = "Net", string weightsMode = "Bytes")
    {
        var plan = new PlanBuilder { ClassName = className, WeightsMode = weightsMode };
        var batch = symbolic ? plan.Symbol("batch") : 1;
        var x = plan.Port("image", false, ElementType.F32, batch, Inputs);
        var y = plan.Port("logits", true, ElementType.F32, batch, Outputs);
        var h = plan.Slot(ElementType.F32, batch * Hidden);
        plan.Step("Gemm.F32", "fc1", GemmShape(batch, Hidden, Inputs), x, plan.PackedF32(First), plan.Padded(ElementType.F32, FirstBias),
            Relu, StoreF32(h, Hidden));
        plan.Step("Gemm.F32", "fc2", GemmShape(batch, Outputs, Hidden), h, plan.PackedF32(Second), plan.Padded(ElementType.F32, SecondBias),
            Identity, StoreF32(y, Outputs));
        return plan.Build();
    }

    public static float[] MlpReference(ReadOnlySpan<float> x)
    {
        int batch = x.Length / Inputs;
        double[] hidden = Layer([.. x.ToArray().Select(v => (double)v)], batch, First, FirstBias);
        return [.. Layer([.. hidden.Select(v => Math.Max(v, 0))], batch, Second, SecondBias).Select(v => (float)v)];
    }

    /// <summary>Quantizes x with scale 1/64 and zero point 100, multiplies with s8 weights, dequantizes in the epilogue.</summary>
    public static LoweredModel Int8(sbyte[,] weights)
    {
        int k = weights.GetLength(0), n = weights.GetLength(1);
        var plan = new PlanBuilder();
        var batch = plan.Symbol("batch");
        var x = plan.Port("x", false, ElementType.F32, batch, k);
        var y = plan.Port("y", true, ElementType.F32, batch, n);
        var q = plan.Slot(ElementType.U8, batch * ((k + 3) / 4 * 4));
        int[] compensation = [.. Enumerable.Range(0, n).Select(c => -100 * Enumerable.Range(0, k).Sum(r => weights[r, c]))];
        plan.Step("Quantize.Run", "quantize", x, q, new PlanArgument.Integer(batch), new PlanArgument.Integer(k),
            new PlanArgument.Single(1f / 64), new PlanArgument.Integer(100), new PlanArgument.Integer(255));
        plan.Step(
            "Gemm.U8S8", "fc", GemmShape(batch, n, k), q, plan.PackedS8(weights), plan.Padded(ElementType.I32, compensation),
            plan.Padded(ElementType.F32, Enumerable.Repeat(1f / 64, n).ToArray()), plan.Padded(ElementType.F32, new float[n]), Identity,
                StoreF32(y, n));
        return plan.Build();
    }

    /// <summary>y = a · b[1] and s = a · b with batch 2: two inputs, two outputs, lists of integers.</summary>
    public static LoweredModel TwoByTwo(params string[] identifiers)
    {
        var plan = new PlanBuilder();
        var a = plan.Port(identifiers[0], false, ElementType.F32, 2, 3, 4);
        var b = plan.Port(identifiers[1], false, ElementType.F32, 4, 2);
        var y = plan.Port(identifiers[2], true, ElementType.F32, 2, 3, 2);
        var z = plan.Port(identifiers[3], true, ElementType.F32, 3, 2);
        plan.Step("MatMul.F32", "both", Int(3), Int(2), Int(4), a, b, y, Ints(2), Ints(12), Ints(0));
        plan.Step("MatMul.F32", "second", Int(3), Int(2), Int(4), ((PlanArgument.Location)a) with { Offset = 48 }, b, z, Ints(),
            Ints(), Ints());
        return plan.Build();
    }

    public static Tensor Random(int seed, params long[] shape) => Tensor.Create(Vector((int)Tensor.Count(shape), seed), shape);

    private static PlanArgument Int(int value) => new PlanArgument.Integer(value);

    private static PlanArgument Ints(params int[] values) => new PlanArgument.Integers(new(values.Select(v => IntExpr.Constant(v))));

    private static double[] Layer(double[] x, int batch, float[,] w, float[] bias)
    {
        int k = w.GetLength(0), n = w.GetLength(1);
        double[] y = new double[batch * n];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = bias[i % n] + Enumerable.Range(0, k).Sum(j => x[(i / n * k) + j] * w[j, i % n]);
        }

        return y;
    }

    private static float[] Vector(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    private static float[,] Matrix(int rows, int columns, int seed)
    {
        float[] values = Vector(rows * columns, seed);
        float[,] matrix = new float[rows, columns];
        Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(float));
        return matrix;
    }
}
