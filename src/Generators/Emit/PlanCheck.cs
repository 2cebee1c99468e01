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
        foreach (var expression in plan.Slots.Concat(plan.Counts.Select(c => c.Bound!)).Concat(plan.Requirements.SelectMany(r => new[] { r.Left, r.Right })).Concat(plan.Ports.SelectMany(p => p.Shape)).Concat(plan.Steps.SelectMany(s => s.Arguments).SelectMany(Expressions)))
        {
            Require(expression.Symbols.All(symbols.Contains), $"'{expression}' uses a symbol that is not declared");
        }

        CheckCounts(plan);
        foreach (var port in plan.Ports)
        {
            var length = IntExpr.Product(port.Shape);
            Require(!length.IsConstant || length.Value is >= 0 and <= int.MaxValue, $"port '{port.Identifier}' has {length} elements");
        }

        CheckStates(plan);
        foreach (var location in plan.Steps.SelectMany(s => s.Arguments).SelectMany(Locations))
        {
            int count = location.Place switch { Place.Slot => plan.Slots.Count, Place.Port => plan.Ports.Count, _ => 1 };
            Require(location.Index >= 0 && location.Index < count, $"{location.Place} {location.Index} does not exist");
            Require(location.Place != Place.Constant || (location.Offset.IsConstant && location.Offset.Value >= 0 && location.Offset.Value <= plan.WeightsLength), $"no weights at {location.Offset}");
        }
    }

    /// <summary>Each count is found out by one step, before any step reads it; memory and inputs do not depend on counts.</summary>
    private static void CheckCounts(ModelPlan plan)
    {
        Require(!plan.Symbols.SkipWhile(s => s.Bound is null).Any(s => s.Bound is null), "a dimension follows a count");
        var outside = plan.Slots.Concat(plan.Requirements.SelectMany(r => new[] { r.Left, r.Right })).Concat(plan.Ports.Where(p => !p.IsOutput).SelectMany(p => p.Shape)).Concat(plan.Counts.Select(c => c.Bound!));
        Require(!outside.Any(e => e.HasCount), "memory or an input depends on a count");
        var open = new HashSet<string>(plan.Counts.Select(c => c.Identifier), StringComparer.Ordinal);
        foreach (var step in plan.Steps)
        {
            Require(!step.Arguments.SelectMany(Expressions).SelectMany(e => e.Symbols).Any(open.Contains), $"'{step.Method}' reads a count that is not known yet");
            Require(step.Count is null || open.Remove(step.Count), $"'{step.Count}' is no count, or is counted twice");
        }

        Require(open.Count == 0, "a count is found out by no step");
    }

    private static void CheckStates(ModelPlan plan)
    {
        foreach (var state in plan.States)
        {
            Require(state.Input >= 0 && state.Input < plan.Ports.Count && state.Output >= 0 && state.Output < plan.Ports.Count, $"no ports {state.Input} and {state.Output}");
            var (input, output) = (plan.Ports[state.Input], plan.Ports[state.Output]);
            Require(!input.IsOutput && output.IsOutput && input.Type == output.Type && input.Shape.Equals(output.Shape) && input.Shape.All(d => d.IsConstant), $"'{input.Identifier}' and '{output.Identifier}' are no state");
        }

        int[] ports = [.. plan.States.SelectMany(s => new[] { s.Input, s.Output })];
        Require(ports.Distinct().Count() == ports.Length, "a port belongs to two states");
        Require(ports.Length == 0 || ports.Length < plan.Ports.Count, "all ports are states");
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
