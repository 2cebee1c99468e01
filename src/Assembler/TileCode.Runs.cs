using System.Numerics;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;

namespace MixPrec.Assembler;

/// <content>The loops over the depth, and what a group of weights is multiplied with.</content>
internal sealed partial class TileCode
{
    /// <summary>Outer × Inner runs; each has at least one group.</summary>
    private void Runs()
    {
        Label outerRun = Code.CreateLabel(), innerRun = Code.CreateLabel();
        Code.mov(end, Frame.Argument(nameof(TileCall.Outer)));
        Code.mov(Frame.Argument(nameof(TileCall.OuterLeft)), end);
        Code.Label(ref outerRun);
        if (product.StoresEachRun)
        {
            EmitZeros();
        }

        Code.mov(inner, Frame.Argument(nameof(TileCall.Inner)));
        Code.Label(ref innerRun);
        if (HasHalves(product, rows, vectors))
        {
            RunOfHalves();
        }
        else
        {
            Run();
        }

        Step(nameof(TileCall.InnerLhsStep), nameof(TileCall.InnerWeightsStep));
        Code.dec(inner);
        Code.jne(innerRun);
        Step(nameof(TileCall.OuterLhsStep), nameof(TileCall.OuterWeightsStep));
        if (product.StoresEachRun)
        {
            Store(inner);
            Code.mov(end, Frame.Argument(nameof(TileCall.RunPitch)));
            Code.add(Frame.Argument(nameof(TileCall.Sums)), end);
        }

        Code.dec(Frame.Argument(nameof(TileCall.OuterLeft)));
        Code.jne(outerRun);
        if (!product.StoresEachRun && epilogue is null)
        {
            Store(position);
        }
    }

    private void Run()
    {
        var group = Code.CreateLabel();
        Code.mov(end, Frame.Argument(nameof(TileCall.RunBytes)));
        Code.add(end, position);
        Code.Label(ref group);
        Group();
        Code.cmp(position, end);
        Code.jl(group);
    }

    /// <summary>The groups that make no four one by one, then the others four at a time.</summary>
    private void RunOfHalves()
    {
        Label group = Code.CreateLabel(), fours = Code.CreateLabel(), four = Code.CreateLabel(), done = Code.CreateLabel();
        const int bytes = GroupsOfHalves * ElementBytes;
        Code.mov(end, Frame.Argument(nameof(TileCall.RunBytes)));
        Code.and(end, bytes - 1);
        Code.je(fours);
        Code.Label(ref group);
        Group();
        Code.sub(end, ElementBytes);
        Code.jne(group);
        Code.Label(ref fours);
        Code.mov(end, Frame.Argument(nameof(TileCall.RunBytes)));
        Code.shr(end, (byte)BitOperations.Log2(bytes));
        Code.je(done);
        Code.Label(ref four);
        WideHalves();
        Advance(GroupsOfHalves);
        Code.dec(end);
        Code.jne(four);
        Code.Label(ref done);
    }

    private void Step(string lhs, string weights)
    {
        Code.add(position, Frame.Argument(lhs));
        Code.mov(end, Frame.Argument(weights));
        Array.ForEach(places, place => Code.add(place, end));
    }

    private void Group()
    {
        for (int row = 0; row < product.Rows.Length; row++)
        {
            if (IsWide(rows, vectors))
            {
                Wide(row);
            }
            else
            {
                Tall(row);
            }
        }

        if (upcoming != default)
        {
            Code.prefetcht1(__byte_ptr[upcoming]);
            Code.add(upcoming, Frame.Argument(nameof(TileCall.UpcomingStep)));
        }

        Advance(1);
    }

    private void Advance(int groups)
    {
        if (isRowMajor)
        {
            Code.add(places[0], Frame.Argument(nameof(TileCall.WeightsPitch)));
        }
        else
        {
            Array.ForEach(places, place => Code.add(place, groups * PanelRowBytes));
        }

        Code.add(position, groups * product.Rows.Length * ElementBytes);
    }

    /// <param name="weights">Row of the group.</param>
    private void Tall(int weights)
    {
        bool isInMemory = IsInMemory(product, rows, vectors);
        for (int vector = 0; vector < vectors && !isInMemory; vector++)
        {
            product.Rows[weights].Emit(Code, operands[vector], Weights(vector), spare.Constant);
        }

        for (int row = 0; row < rows; row++)
        {
            product.EmitBroadcast(Code, operands[^1], Element(row, weights));
            for (int vector = 0; vector < vectors; vector++)
            {
                if (isInMemory)
                {
                    product.EmitMultiplyAdd(Code, Sum(row, vector), operands[^1], Weights(vector), spare);
                }
                else if (isLastHalf && vector == vectors - 1)
                {
                    product.EmitHalfMultiplyAdd(Code, Sum(row, vector), operands[^1], operands[vector]);
                }
                else
                {
                    product.EmitMultiplyAdd(Code, Sum(row, vector), operands[^1], operands[vector], spare);
                }
            }
        }
    }

    /// <param name="weights">Row of the group.</param>
    private void Wide(int weights)
    {
        for (int row = 0; row < rows; row++)
        {
            product.EmitBroadcast(Code, operands[row], Element(row, weights));
        }

        for (int vector = 0; vector < vectors; vector++)
        {
            if (IsInMemory(product, rows, vectors))
            {
                product.EmitMultiplyAdd(Code, Sum(0, vector), operands[0], Weights(vector), spare);
                continue;
            }

            product.Rows[weights].Emit(Code, operands[^1], Weights(vector), spare.Constant);
            for (int row = 0; row < rows; row++)
            {
                product.EmitMultiplyAdd(Code, Sum(row, vector), operands[row], operands[^1], spare);
            }
        }
    }

    /// <summary>
    /// Four rows of the lower half of a panel, then of the upper one: a cache line that is still on its way is not asked for twice in a
    /// row, which slows a Zen 4 down (decision 0672).
    /// </summary>
    private void WideHalves()
    {
        for (int group = 0; group < GroupsOfHalves; group++)
        {
            product.EmitBroadcast(Code, operands[group], Element(0, group));
        }

        for (int vector = 0; vector < vectors; vector++)
        {
            for (int group = 0; group < GroupsOfHalves; group++)
            {
                product.EmitMultiplyAdd(Code, Sum(0, vector), operands[group], Weights(vector, group), spare);
            }
        }
    }

    private MemoryOperand Element(int row, int weights) => weights == 0
        ? new(rowPlaces[row], position)
        : new(rowPlaces[row], position, 1, weights * ElementBytes, 1);

    private MemoryOperand Weights(int vector, int group = 0)
    {
        int bytes = vector * product.Bytes;
        if (isRowMajor)
        {
            return Frame.Memory(places[0], bytes);
        }

        int panel = bytes / PanelRowBytes, displacement = (bytes % PanelRowBytes) + (group * PanelRowBytes);
        Register place = places[panel / PanelsOfPlace];
        return (panel % PanelsOfPlace) == 0
            ? Frame.Memory(place, displacement)
            : new(place, panelPitch, panel % PanelsOfPlace, displacement, displacement == 0 ? 0 : 1);
    }
}
