using MixPrec.Plan;

namespace MixPrec.Generators.Tests;

/// <summary>Plans that use every kind of argument; they are printed and compiled here, and run in the compiler's tests.</summary>
internal static class SamplePlans
{
    public const string Hostile = "\"; } evil(); //\r\n\u2028*/ \u202e</summary>&\0\ud800";

    public static ModelPlan Constant(string className = "DigitsNet", string name = "fc1", string space = "Samples.Vision",
        string access = "public") => new(
        className, space, access, new string('a', 64), "Embedded", 4096, default,
        new([Port("image", name, false, 1, 784), Port("logits", name, true, 1, 10)]),
        new([Expr(500), Expr(256)]),
        default,
        new([
            new("Gemm.F32", name, "fp32, " + name,
                new([Sizes(1, 10, 784), At(Place.Port, 0), At(Place.Constant, 0), At(Place.Constant, 0, 128),
                new PlanArgument.Construct("Clip", new([Single(0.1f), Single(float.PositiveInfinity)])), StoreF32(At(Place.Slot, 1), 10)])),
            new("MatMul.F32", name, "",
                new([Int(1), Int(2), Int(3), At(Place.Slot, 1), At(Place.Slot, 0, 16), At(Place.Port, 1), Ints(2), Ints(0), Ints()])),
            new("Gemm.F32", name, "",
                new([Sizes(1, 10, 784), At(Place.Port, 0, 4), At(Place.Constant, 0), At(Place.Constant, 0),
                new PlanArgument.Construct("Identity", default), StoreF32(At(Place.Port, 1), 10)])),
        ]),
        Info(name));

    public static ModelPlan Symbolic(string className = "Encoder", string batch = "batch")
    {
        var (b, s) = (IntExpr.Symbol(batch), IntExpr.Symbol("sequence"));
        var half = IntExpr.CeilDiv(s, 2);
        return new(
            className, "", "internal", new string('b', 64), "File", 4096, new([new(batch, "N"), new("sequence", "T \"x\"")]),
            new([Port("tokens", "tokens", false, b, s), Port("mask", "mask", false, b, 4), Port("scores", "scores", true, b, half, 10)]),
            new([Expr(64), b * s * 4, b * half * 4]),
            default,
            new([
                new("Gemm.F32", "fc", "",
                    new([Sizes(b * half, 10, 784), At(Place.Slot, 1), At(Place.Constant, 0), At(Place.Constant, 0),
                    new PlanArgument.Construct("Relu", default), StoreF32(At(Place.Slot, 2), 10)])),
                new("MatMul.F32", "product", "",
                    new([Int(b), Int(2), Int(IntExpr.Max(s, 3)), At(Place.Slot, 2, b * 4), At(Place.Slot, 0), At(Place.Port, 2, b * 4),
                    Ints(b, 2), Ints(s, 0), Ints(0, 0)])),
            ]),
            Info("fc"));
    }

    /// <summary>A step that reads a state and writes the next one.</summary>
    public static ModelPlan Stateful() => new(
        "Cell", "Samples", "public", new string('c', 64), "Bytes", 4096, new([new("steps", "T")]),
        new([Port("x", "x", false, IntExpr.Symbol("steps"), 784), Port("h_in", "h \"in\"", false, 1, 10),
            Port("y", "y", true, IntExpr.Symbol("steps"), 10), Port("h_out", "h out", true, 1, 10)]),
        default,
        default,
        new([new("Gemm.F32", "fc", "",
            new([Sizes(1, 10, 10), At(Place.Port, 1), At(Place.Constant, 0), At(Place.Constant, 0),
            new PlanArgument.Construct("Relu", default), StoreF32(At(Place.Port, 3), 10)]))]),
        Info("fc"))
    {
        States = new([new PlanState(1, 3)]),
    };

    /// <summary>A step that appends to a buffer which grows.</summary>
    public static ModelPlan Cached()
    {
        var (tokens, capacity) = (IntExpr.Symbol("tokens"), IntExpr.Symbol("capacity"));
        return new(
            "Decoder", "Samples", "public", new string('d', 64), "Bytes", 4096,
                new([new("tokens", "tokens"), new("past", "past"), new("capacity", "capacity")]),
            new([Port("x", "x", false, 1, tokens), Port("past_k", "past \"k\"", false, 2, capacity, 3), Port("y", "y", true, 1, tokens, 10),
                Port("present_k", "present k", true, 2, capacity, 3)]),
            default,
            default,
            new([new("MatMul.F32", "append", "",
                new([Int(tokens), Int(3), Int(IntExpr.Symbol("past")), At(Place.Port, 0), At(Place.Port, 1), At(Place.Port, 3), Ints(),
                Ints(), Ints(), Int(capacity)]))]),
            Info("append"))
        {
            Cache = new("tokens", "past", "capacity", 64, new([new PlanState(1, 3)])),
        };
    }

    /// <summary>Two steps that repeat, the second of them a repetition of a third.</summary>
    public static ModelPlan Repeating()
    {
        PlanStep Copy(string name) => new("Copy.Strided", name, "", new([At(Place.Port, 0), At(Place.Port, 1), Ints(1), Ints(1), Ints(1)]));
        PlanStep Loop(string time, int steps) =>
            new("Loop.Continues", time, "", new([Int(IntExpr.Count(time)), Int(3)])) { Count = time, Repeats = steps };
        return new(
            "Loops", "Samples", "public", new string('e', 64), "Bytes", 0, new([new("outer", "outer", 3), new("inner", "inner", 3)]),
            new([Port("x", "x", false, 1), Port("y", "y", true, 1)]), default, default,
            new([Loop("outer", 3), Copy("first"), Loop("inner", 1), Copy("second"), Copy("last")]), Info("first"));
    }

    private static PlanPort Port(string identifier, string name, bool output, params IntExpr[] shape) =>
        new(identifier, name, ElementType.F32, new(shape), output);

    private static IntExpr Expr(long value) => value;

    private static PlanArgument Int(IntExpr value) => new PlanArgument.Integer(value);

    private static PlanArgument Ints(params IntExpr[] values) => new PlanArgument.Integers(new(values));

    private static PlanArgument Single(float value) => new PlanArgument.Single(value);

    private static PlanArgument At(Place place, int index, IntExpr? offset = null) =>
        new PlanArgument.Location(ElementType.F32, place, index, offset ?? 0);

    private static PlanArgument StoreF32(PlanArgument y, int stride) => new PlanArgument.Construct("StoreF32", new([y, Int(stride)]));

    private static PlanArgument Sizes(IntExpr m, IntExpr n, IntExpr k) =>
        new PlanArgument.Sizes("IGemmShape", new([new Size("M", m), new Size("N", n), new Size("K", k)]));

    private static PlanInfo Info(string name) =>
        new("CrossEntropy", 0.01, 0.1 / 3, null, 12.5, 1e-7, null, name, new([new PlanLayer(name, "Gemm", "int8", "int32", 0.25, -1.5)]));
}
