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
        foreach (var expression in plan.Expressions)
        {
            Require(expression.Symbols.All(symbols.Contains), $"'{expression}' uses a symbol that is not declared");
        }

        CheckCounts(plan);
        CheckRepeats(plan);
        CheckLengths(plan);
        CheckStates(plan);
        CheckCache(plan);
        foreach (var location in plan.Steps.SelectMany(s => s.Arguments).SelectMany(a => a.Locations))
        {
            int count = location.Place switch { Place.Slot => plan.Slots.Count, Place.Port => plan.Ports.Count, _ => 1 };
            Require(location.Index >= 0 && location.Index < count, $"{location.Place} {location.Index} does not exist");
            Require(location.Place != Place.Constant
                || (location.Offset.IsConstant && location.Offset.Value >= 0 && location.Offset.Value <= plan.WeightsLength),
                $"no weights at {location.Offset}");
        }
    }

    /// <summary>A port of constant shape has a length that a span can have, and one with a count a bound that can be worked out.</summary>
    private static void CheckLengths(ModelPlan plan)
    {
        var bounds = plan.Counts.ToDictionary(c => c.Identifier, c => c.Bound!, StringComparer.Ordinal);
        foreach (var port in plan.Ports)
        {
            var length = IntExpr.Product(port.Shape).AtMost(bounds);
            Require(length is not null, $"port '{port.Identifier}' has no bound");
            Require(!length!.IsConstant || length.Value is >= 0 and <= int.MaxValue, $"port '{port.Identifier}' has {length} elements");
        }
    }

    /// <summary>Each count is found out by one step, before any step reads it; memory and inputs do not depend on counts.</summary>
    private static void CheckCounts(ModelPlan plan)
    {
        Require(!plan.Symbols.SkipWhile(s => s.Bound is null).Any(s => s.Bound is null), "a dimension follows a count");
        var outside = plan.Slots.Concat(plan.Requirements.SelectMany(r => new[] { r.Left, r.Right }))
            .Concat(plan.Ports.Where(p => !p.IsOutput).SelectMany(p => p.Shape)).Concat(plan.Counts.Select(c => c.Bound!));
        Require(!outside.Any(e => e.HasCount), "memory or an input depends on a count");
        var open = new HashSet<string>(plan.Counts.Select(c => c.Identifier), StringComparer.Ordinal);
        foreach (var step in plan.Steps)
        {
            // What repeats others gets its count, the number of the iteration, from the code around it.
            Require(!step.Arguments.SelectMany(a => a.Expressions).SelectMany(e => e.Symbols)
                .Any(s => open.Contains(s) && (step.Repeats == 0 || s != step.Count)),
                $"'{step.Method}' reads a count that is not known yet");
            Require(step.Count is null || open.Remove(step.Count), $"'{step.Count}' is no count, or is counted twice");
        }

        Require(open.Count == 0, "a count is found out by no step");
    }

    /// <summary>Repeated steps end where those around them end, or before, and their iterations have a number.</summary>
    private static void CheckRepeats(ModelPlan plan)
    {
        var ends = new Stack<int>();
        for (int i = 0; i < plan.Steps.Count; i++)
        {
            while (ends.Count > 0 && ends.Peek() == i)
            {
                ends.Pop();
            }

            int repeats = plan.Steps[i].Repeats, end = ends.Count > 0 ? ends.Peek() : plan.Steps.Count;
            Require(repeats >= 0 && repeats < end - i, $"'{plan.Steps[i].Method}' repeats {repeats} steps");
            Require(repeats == 0 || plan.Steps[i].Count is not null, $"'{plan.Steps[i].Method}' repeats steps and counts nothing");
            if (repeats > 0)
            {
                ends.Push(i + 1 + repeats);
            }
        }
    }

    private static void CheckStates(ModelPlan plan)
    {
        foreach (var state in plan.States)
        {
            Require(state.Input >= 0 && state.Input < plan.Ports.Count && state.Output >= 0 && state.Output < plan.Ports.Count,
                $"no ports {state.Input} and {state.Output}");
            var (input, output) = (plan.Ports[state.Input], plan.Ports[state.Output]);
            Require(!input.IsOutput && output.IsOutput && input.Type == output.Type && input.Shape.Equals(output.Shape)
                && input.Shape.All(d => d.IsConstant), $"'{input.Identifier}' and '{output.Identifier}' are no state");
        }

        int[] ports = [.. plan.States.SelectMany(s => new[] { s.Input, s.Output })];
        Require(ports.Distinct().Count() == ports.Length, "a port belongs to two states");
        Require(ports.Length == 0 || ports.Length < plan.Ports.Count, "all ports are states");
    }

    private static void CheckCache(ModelPlan plan)
    {
        if (plan.Cache is not { } cache)
        {
            return;
        }

        string[] symbols = [cache.Tokens, cache.Past, cache.Capacity];
        Require(plan.States.Count == 0, "a model has states and a cache");
        Require(symbols.Distinct().Count() == 3 && symbols.OrderBy(s => s, StringComparer.Ordinal)
            .SequenceEqual(plan.Symbols.Select(s => s.Identifier).OrderBy(s => s, StringComparer.Ordinal)),
            "the symbols are not those of the cache");
        Require(cache.Context >= 0 && cache.Pairs.Count > 0, "the cache has no context or no buffer");
        foreach (var pair in cache.Pairs)
        {
            Require(pair.Input >= 0 && pair.Input < plan.Ports.Count && pair.Output >= 0 && pair.Output < plan.Ports.Count,
                $"no ports {pair.Input} and {pair.Output}");
            var (input, output) = (plan.Ports[pair.Input], plan.Ports[pair.Output]);
            Require(!input.IsOutput && output.IsOutput && input.Type == output.Type && input.Shape.Equals(output.Shape)
                && input.Shape.All(d => d.IsConstant || d == IntExpr.Symbol(cache.Capacity)) && input.Shape.Count(d => !d.IsConstant) == 1,
                    $"'{input.Identifier}' and '{output.Identifier}' are no cache");
        }

        int[] ports = [.. cache.Pairs.SelectMany(p => new[] { p.Input, p.Output })];
        Require(ports.Distinct().Count() == ports.Length, "a port belongs to two buffers");
        var arguments = plan.Ports.Where((_, i) => !cache.Owns(i)).ToArray();
        Require(arguments.Any(p => p.IsOutput) && arguments.Where(p => !p.IsOutput)
            .Any(p => IntExpr.Product(p.Shape) == IntExpr.Symbol(cache.Tokens)), "no input holds the tokens, or nothing is returned");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new FormatException(message);
        }
    }
}
