using System.ComponentModel;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// target = softmax(query · key + mask) · value for every head of every sequence, some rows at a time: their scores stay in the caches. The
/// numbers are those of <see cref="MatMul"/>, an addition, <see cref="Softmax"/> and <see cref="MatMul"/>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Attention
{
    /// <summary>Rows of scores at a time; the tiles of most kernels go into it without a rest.</summary>
    public const int BlockRows = 32;

    private const int Alignment = 64;

    /// <summary>Without a mask.</summary>
    /// <inheritdoc cref="Masked"/>
    public static void Run<TScores, TMixed>(
        int sequences, int heads, int rows, int keys, int depth, int width, AttentionOperand query, AttentionOperand key,
        AttentionOperand value, AttentionOperand target, TScores scores, TMixed mixed, Pointer<byte> room, int roomBytes)
        where TScores : struct, IAttentionProduct
        where TMixed : struct, IAttentionProduct =>
        Masked(sequences, heads, rows, keys, depth, width, query, key, default, value, target, scores, mixed, room, roomBytes);

    /// <param name="sequences">May be 0, as heads, rows and columns of the target.</param>
    /// <param name="heads">Of each sequence.</param>
    /// <param name="rows">Of queries.</param>
    /// <param name="keys">0: results are 0.</param>
    /// <param name="depth">Of queries and keys.</param>
    /// <param name="width">Columns of values.</param>
    /// <param name="query">[rows, depth]</param>
    /// <param name="key">[depth, keys]</param>
    /// <param name="mask">[rows, keys]</param>
    /// <param name="value">[keys, width]</param>
    /// <param name="target">[rows, width]; no other operand.</param>
    /// <param name="scores">How query · key is computed.</param>
    /// <param name="mixed">How the product with values is.</param>
    /// <param name="room">Of each head of each sequence <paramref name="roomBytes"/> bytes.</param>
    /// <param name="roomBytes">A multiple of 64, see <see cref="IAttentionProduct.RoomBytes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not enough room, or bytes would be summed over too many k.</exception>
    public static void Masked<TScores, TMixed>(
        int sequences, int heads, int rows, int keys, int depth, int width, AttentionOperand query, AttentionOperand key,
        AttentionOperand mask, AttentionOperand value, AttentionOperand target, TScores scores, TMixed mixed, Pointer<byte> room,
        int roomBytes)
        where TScores : struct, IAttentionProduct
        where TMixed : struct, IAttentionProduct
    {
        if (rows == 0 || width == 0)
        {
            return;
        }

        var all = new Heads<TScores, TMixed>(
            heads, rows, keys, depth, width, query, key, mask, value, target, scores, mixed, room.Address, roomBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(roomBytes, all.LeastRoom, nameof(roomBytes));
        VectorWidths.Run(ChosenWidths.Elements, all, checked(sequences * heads),
            (long)rows * keys * (depth + width + Part.Exponential));
    }

    /// <summary>An item is a head of a sequence; a part has the room of its first one.</summary>
    private readonly struct Heads<TScores, TMixed>(
        int heads, int rows, int keys, int depth, int width, AttentionOperand query, AttentionOperand key, AttentionOperand mask,
        AttentionOperand value, AttentionOperand target, TScores scores, TMixed mixed, byte* room, nint roomBytes) : ISplitCode
        where TScores : struct, IAttentionProduct
        where TMixed : struct, IAttentionProduct
    {
        private int Pitch => PanelLayout.PaddedColumns(keys);

        /// <summary>Scores of a block, then what both products need.</summary>
        private nint ScoreBytes => BlockRows * (nint)Pitch * sizeof(float);

        public nint LeastRoom => ScoreBytes + Aligned(scores.RoomBytes(depth, keys)) + mixed.RoomBytes(keys, width);

        public void Run<V>(int begin, int end)
            where V : struct, IVectorF32<V>
        {
            byte* own = room + (begin * roomBytes), left = own + ScoreBytes, right = left + Aligned(scores.RoomBytes(depth, keys));
            for (int item = begin; item < end; item++)
            {
                var (sequence, head) = Math.DivRem(item, heads);
                scores.Prepare<V>(key.At(sequence, head), key.Row, key.Column, depth, keys, left);
                mixed.Prepare<V>(value.At(sequence, head), value.Row, value.Column, keys, width, right);
                for (int row = 0; row < rows; row += BlockRows)
                {
                    Block<V>(sequence, head, row, Math.Min(BlockRows, rows - row), (float*)own, left, right);
                }
            }
        }

        private void Block<V>(int sequence, int head, int first, int count, float* block, byte* left, byte* right)
            where V : struct, IVectorF32<V>
        {
            int pitch = Pitch;
            if (keys > 0)
            {
                Probabilities<V>(sequence, head, first, count, block, pitch, left);
            }

            mixed.Multiply<V>(block, pitch, count, keys, width, right,
                new(new(target.At(sequence, head) + ((nint)first * target.Row)), target.Row));
        }

        private void Probabilities<V>(int sequence, int head, int first, int count, float* block, int pitch, byte* left)
            where V : struct, IVectorF32<V>
        {
            scores.Multiply<V>(query.At(sequence, head) + ((nint)first * query.Row), query.Row, count, depth, pitch, left,
                new(new(block), pitch));
            if (mask.Exists)
            {
                SoftmaxRows.Masked<V>(block, pitch, mask.At(sequence, head) + ((nint)first * mask.Row), mask.Row, count, keys);
            }
            else
            {
                SoftmaxRows.Run<V>(block, block, pitch, count, keys);
            }
        }

        private static nint Aligned(nint bytes) => (bytes + Alignment - 1) & -Alignment;
    }
}
