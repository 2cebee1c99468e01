using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Graphs.Ops;
using MixPrec.Plan;

namespace MixPrec.Compiler.Rewrites.Caches;

/// <summary>
/// Constants with a row for each position of the context (embeddings, angles, masks), of which a run reads those of its tokens: rows are
/// gathered, so that a run copies as many as it needs. Equal tables, such as the mask of each layer, are read once.
/// </summary>
/// <param name="tokens">The number of tokens of a run.</param>
/// <param name="past">The number of tokens before.</param>
internal sealed class PositionTables(GraphBuilder builder, IntExpr tokens, IntExpr past)
{
    private readonly List<(Tensor Table, int Query, int Key, Value Rows)> _read = [];
    private Value? _positions;

    /// <param name="query">The axis of the tokens of the run.</param>
    /// <param name="key">The axis of all tokens so far, or −1.</param>
    public Value Read(Value table, int query, int key)
    {
        var constant = table.Constant!;
        if (_read.FirstOrDefault(r => r.Query == query && r.Key == key && Equal(r.Table, constant)).Rows is { } known)
        {
            return known;
        }

        _positions ??= builder.Add("cache/positions", new Iota(past, 1, tokens));
        var rows = builder.Add("cache/" + table.Name, new Gather(query), table, _positions);
        if (key >= 0)
        {
            rows = Keys(rows, key);
        }

        _read.Add((constant, query, key, rows));
        return rows;
    }

    /// <summary>The part for all tokens so far.</summary>
    public Value Keys(Value table, int key) => builder.Add(table.Name + "/keys", new Slice(
        [.. table.Shape.Select(_ => IntExpr.Zero)], [.. table.Shape.Select(_ => 1)],
            [.. table.Shape.Select((d, i) => i == key ? past + tokens : d)]), table);

    private static bool Equal(Tensor left, Tensor right) => left.Type == right.Type && left.Shape.SequenceEqual(right.Shape)
        && left.Bytes.SequenceEqual(right.Bytes);
}
