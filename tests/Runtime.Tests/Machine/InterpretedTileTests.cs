using Iced.Intel;
using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>
/// The machine code of every kernel, whatever this machine can run: an interpreter of the few instructions that it uses gives every bit of
/// a slow reference and touches nothing but its operands. Where the machine has the instructions, the processor is held to the same.
/// </summary>
[Trait("Instruction set", "own")]
public sealed unsafe class InterpretedTileTests
{
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 17, 34];

    private static readonly int[] Columns = [1, 4, 5, 8, 12, 15, 16, 17, 24, 32, 33, 40, 48, 63, 64, 80, 112, 127, 128];

    [Theory]
    [MemberData(nameof(MachineRows.All), MemberType = typeof(MachineRows))]
    public void Sums_are_those_of_the_reference(string identity)
    {
        var native = Rows.Tile(identity);
        var interpreted = MachineRows.Interpreted(identity);
        foreach (var (rows, columns, depth) in Sizes(native))
        {
            using var tile = MachineRows.Case(native, rows, columns, depth);
            Assert.Null(Say(tile.Difference(interpreted)));
            Assert.Null(Say(native.IsAvailable ? tile.Difference(native) : null));
            string? Say(string? difference) => difference is null ? null : $"{rows} rows, {columns} columns, {depth}: {difference}";
        }
    }

    /// <summary>The test above can fail: it notices each change of a single instruction.</summary>
    [Theory]
    [MemberData(nameof(MachineRows.All), MemberType = typeof(MachineRows))]
    public void Every_changed_instruction_is_noticed(string identity)
    {
        var native = Rows.Tile(identity);
        var interpreted = MachineRows.Interpreted(identity);
        int step = MachineRows.Step(native);
        var unnoticed = new List<string>();
        foreach (var (rows, vectors, offset) in MachineRows.Procedures(identity))
        {
            int columns = vectors * native.RegisterColumns;
            var code = InterpretedCall.Code(offset);

            // A single row may take four groups at a time, after those that make no four.
            int[] groups = rows == 1 ? [2, 8, 13] : [2];
            TileCase[] tiles = [.. from count in groups
                                   let run = count * step
                                   select MachineRows.Case(native, rows, columns, TileCase.Depths(run, run, step).Last())];
            foreach (var mutation in Mutation.All(code))
            {
                if (tiles.All(tile => tile.Difference(interpreted, mutation) is null))
                {
                    unnoticed.Add($"{rows} rows, {columns} columns: {code[mutation.Index]} {mutation.What}");
                }
            }

            Array.ForEach(tiles, tile => tile.Dispose());
        }

        Assert.True(unnoticed.Count == 0, string.Join('\n', unnoticed));
    }

    /// <summary>The code that measures how fast a kernel could be consists of independent multiply-adds, and comes back.</summary>
    [Theory]
    [MemberData(nameof(MachineRows.All), MemberType = typeof(MachineRows))]
    public void Roofs_multiply_and_come_back(string identity)
    {
        int roof = Rows.Tile(identity).Roof;
        var code = InterpretedCall.Code(roof);
        var tile = InterpretedCall.Code(MachineRows.Procedures(identity).First().Offset);
        var sums = code.Where(instruction => tile.Any(other => other.Mnemonic == instruction.Mnemonic)
            && instruction.Mnemonic is Mnemonic.Vpdpbusd or Mnemonic.Vpdpwssd or Mnemonic.Vdpbf16ps or Mnemonic.Vfmadd231ps
                or Mnemonic.Vpaddd)
            .Select(instruction => instruction.Op0Register).ToList();
        Assert.Equal(TileCall.RoofSums, sums.Count);
        Assert.Distinct(sums);
        TileCall call = default;
        call.RunBytes = 3;
        var memory = new MemoryMap();
        memory.AllowReading(&call, sizeof(TileCall));
        new Processor(memory).Run(code, &call);
    }

    private static int MostColumns(TileKernel kernel, int rows) => new Tile(kernel, null, 0).Columns(rows);

    private static IEnumerable<(int Rows, int Columns, Depth Depth)> Sizes(TileKernel kernel)
    {
        int step = MachineRows.Step(kernel);
        for (int rows = 1; rows <= kernel.Rows; rows++)
        {
            int most = MostColumns(kernel, rows);
            foreach (int columns in Columns.Where(columns => columns <= most))
            {
                foreach (int length in Lengths)
                {
                    foreach (var depth in TileCase.Depths(length, (length + step - 1) / step * step, step))
                    {
                        yield return (rows, columns, depth);
                    }
                }
            }
        }
    }
}
