using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering;

/// <summary>The runtime's structs for elementwise functions, and the words for them.</summary>
internal static class Functions
{
    /// <summary>An activation for an epilogue or a Map; null is the identity.</summary>
    public static PlanArgument Activation(UnaryFunction? function) =>
        function is null ? LoweringContext.New("Identity") : function.Kind switch
    {
        UnaryKind.LeakyRelu or UnaryKind.Elu or UnaryKind.Celu or UnaryKind.ThresholdedRelu or UnaryKind.Swish =>
            LoweringContext.New(function.Kind.ToString(), new PlanArgument.Single(function.Alpha)),
        UnaryKind.Clip or UnaryKind.HardSigmoid or UnaryKind.Selu or UnaryKind.Shrink or UnaryKind.Affine or UnaryKind.ScaledTanh =>
            LoweringContext.New(function.Kind.ToString(), new PlanArgument.Single(function.Alpha), new PlanArgument.Single(function.Beta)),
        _ => LoweringContext.New(function.Kind.ToString()),
    };

    public static PlanArgument Binary(BinaryKind kind) => LoweringContext.New(kind switch
    {
        BinaryKind.Sub => "Subtract",
        BinaryKind.Mul => "Multiply",
        BinaryKind.Div => "Divide",
        BinaryKind.Pow => "Power",
        BinaryKind.Max => "Maximum",
        BinaryKind.Min => "Minimum",
        BinaryKind.Mod => "Modulo",
        _ => kind.ToString(),
    });

    /// <summary>", then ReLU" and the like; empty for none.</summary>
    public static string Then(UnaryFunction? function) => function is null ? "" : ", then " + function.Kind switch
    {
        UnaryKind.Clip => string.Create(CultureInfo.InvariantCulture, $"clip to [{function.Alpha}, {function.Beta}]"),
        UnaryKind.LeakyRelu => string.Create(CultureInfo.InvariantCulture, $"leaky ReLU with slope {function.Alpha}"),
        UnaryKind.Relu => "ReLU",
        UnaryKind.Elu => "ELU",
        _ => function.Kind.ToString(),
    };
}
