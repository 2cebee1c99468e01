using MixPrec.Plan;

namespace MixPrec.Compiler.Lowering.Storage;

/// <summary>Gives every buffer a slot of the workspace; buffers whose lives do not overlap share one.</summary>
internal static class SlotPlanner
{
    /// <param name="buffers">Bytes of each buffer; the steps refer to buffers as if they were slots.</param>
    /// <returns>The steps referring to slots, and the bytes of each slot (multiples of 64).</returns>
    public static (IReadOnlyList<PlanStep> Steps, IReadOnlyList<IntExpr> Slots) Plan(IReadOnlyList<PlanStep> steps,
        IReadOnlyList<IntExpr> buffers)
    {
        var (first, last) = Lives(steps, buffers.Count);
        var slots = new List<IntExpr>();
        var free = new List<int>();
        var slotOf = new int?[buffers.Count];
        var (begins, ends) = (Enumerable.Range(0, buffers.Count).ToLookup(b => first[b]),
            Enumerable.Range(0, buffers.Count).ToLookup(b => last[b]));
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (int buffer in begins[i])
            {
                slotOf[buffer] = Take(slots, free, IntExpr.RoundUp(buffers[buffer], 64));
            }

            free.AddRange(ends[i].Select(b => slotOf[b]!.Value));
        }

        return ([.. steps.Select(s => s with { Arguments = new(s.Arguments.Select(a => Renumber(a, slotOf))) })], slots);
    }

    /// <summary>
    /// The first and the last step that each buffer is used by; −1 for those that none uses. What repeated steps and others use lives
    /// through all repetitions, what only they use lives within each.
    /// </summary>
    private static (int[] First, int[] Last) Lives(IReadOnlyList<PlanStep> steps, int buffers)
    {
        var (first, last) = (new int[buffers], new int[buffers]);
        Array.Fill(first, -1);
        Array.Fill(last, -1);
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (int buffer in Buffers(steps[i]))
            {
                (first[buffer], last[buffer]) = (first[buffer] < 0 ? i : first[buffer], i);
            }
        }

        // Inner repetitions come first, whose buffers those around them may have to keep too.
        for (int begin = steps.Count - 1; begin >= 0; begin--)
        {
            int end = begin + steps[begin].Repeats;
            for (int b = 0; b < buffers && end > begin; b++)
            {
                if (first[b] <= end && last[b] >= begin && (first[b] < begin || last[b] > end))
                {
                    (first[b], last[b]) = (Math.Min(first[b], begin), Math.Max(last[b], end));
                }
            }
        }

        return (first, last);
    }

    /// <summary>The smallest free slot that is large enough, else the free slot that grows least surely, else a new one.</summary>
    private static int Take(List<IntExpr> slots, List<int> free, IntExpr bytes)
    {
        var fitting = free.Where(s => IntExpr.Max(slots[s], bytes) == slots[s]).ToArray();
        int chosen = fitting.Length > 0 ? fitting.Aggregate((a, b) => IntExpr.Max(slots[a], slots[b]) == slots[b] ? a : b)
            : free.Count > 0 ? free.Aggregate((a, b) => IntExpr.Max(slots[a], slots[b]) == slots[a] ? a : b) : -1;
        if (chosen < 0)
        {
            slots.Add(bytes);
            return slots.Count - 1;
        }

        free.Remove(chosen);
        slots[chosen] = IntExpr.Max(slots[chosen], bytes);
        return chosen;
    }

    private static IEnumerable<int> Buffers(PlanStep step) => step.Arguments.SelectMany(Buffers);

    private static IEnumerable<int> Buffers(PlanArgument argument) => argument switch
    {
        PlanArgument.Location { Place: Place.Slot } location => [location.Index],
        PlanArgument.Construct construct => construct.Arguments.SelectMany(Buffers),
        _ => [],
    };

    private static PlanArgument Renumber(PlanArgument argument, int?[] slotOf) => argument switch
    {
        PlanArgument.Location { Place: Place.Slot } location => location with { Index = slotOf[location.Index]!.Value },
        PlanArgument.Construct construct => construct with { Arguments = new(construct.Arguments.Select(a => Renumber(a, slotOf))) },
        _ => argument,
    };
}
