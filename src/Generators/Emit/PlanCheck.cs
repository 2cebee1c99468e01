using System;
using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>What <see cref="PlanReader"/> cannot see in one row: whether rows fit each other.</summary>
internal static class PlanCheck
{
    /// <exception cref="FormatException">They do not.</exception>
    public static void Check(ModelPlan plan)
    {
        var symbols = new HashSet<string>(plan.Symbols.Select(s => s.Identifier), StringComparer.Ordinal);
        Require(symbols.Count == plan.Symbols.Count, "two symbols have one identifier");
        Require(!plan.Ports.SkipWhile(p => !p.IsOutput).Any(p => !p.IsOutput), "an input follows an output");
        Require(plan.Ports.Any(p => p.IsOutput), "the model has no output");
        Require(plan.WeightsLength >= 0, "the weights have a negative length");
        foreach (var expression in plan.Slots.Concat(plan.Requirements.SelectMany(r => new[] { r.Left, r.Right })).Concat(plan.Ports.SelectMany(p => p.Shape)).Concat(plan.Steps.SelectMany(s => s.Arguments).SelectMany(Expressions)))
        {
            Require(expression.Symbols.All(symbols.Contains), $"'{expression}' uses a symbol that is not declared");
        }

        foreach (var port in plan.Ports)
        {
            var length = IntExpr.Product(port.Shape);
            Require(!length.IsConstant || length.Value is >= 0 and <= int.MaxValue, $"port '{port.Identifier}' has {length} elements");
        }

        foreach (var location in plan.Steps.SelectMany(s => s.Arguments).SelectMany(Locations))
        {
            int count = location.Place switch { Place.Slot => plan.Slots.Count, Place.Port => plan.Ports.Count, _ => 1 };
            Require(location.Index >= 0 && location.Index < count, $"{location.Place} {location.Index} does not exist");
            Require(location.Place != Place.Constant || (location.Offset.IsConstant && location.Offset.Value >= 0 && location.Offset.Value <= plan.WeightsLength), $"no weights at {location.Offset}");
        }
    }

    private static IEnumerable<IntExpr> Expressions(PlanArgument argument) => argument switch
    {
        PlanArgument.Integer a => [a.Value],
        PlanArgument.Integers a => a.Values,
        PlanArgument.Location a => [a.Offset],
        PlanArgument.Construct a => a.Arguments.SelectMany(Expressions),
        PlanArgument.Sizes a => a.Members.Select(m => m.Value),
        _ => [],
    };

    private static IEnumerable<PlanArgument.Location> Locations(PlanArgument argument) => argument switch
    {
        PlanArgument.Location a => [a],
        PlanArgument.Construct a => a.Arguments.SelectMany(Locations),
        _ => [],
    };

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new FormatException(message);
        }
    }
}
