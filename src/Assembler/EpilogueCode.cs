using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>General registers that are free behind the sums of a tile.</summary>
/// <param name="Outputs">The rows of the target.</param>
/// <param name="Floats">Where a row's results go in floats.</param>
/// <param name="Bytes">Where they go in bytes.</param>
/// <param name="Addend">What is added to them, or the constants of a function.</param>
/// <param name="Scale">Scales, where they are no constants in registers.</param>
/// <param name="Bias">The same for biases.</param>
internal readonly record struct EpiloguePlaces(
    AssemblerRegister64 Outputs, AssemblerRegister64 Floats, AssemblerRegister64 Bytes, AssemblerRegister64 Addend,
    AssemblerRegister64 Scale = default, AssemblerRegister64 Bias = default);

/// <summary>
/// What becomes of sums: bias, scale, bounds, bytes. The same operations in the same order as the epilogue in C#, so the same bits.
/// </summary>
/// <param name="hasByteSums">Whether sums are of bytes, in 32-bit integers; otherwise they are floats.</param>
/// <param name="form">What is added and written.</param>
internal abstract class EpilogueCode(bool hasByteSums, EpilogueForm form)
{
    /// <summary>Whether sums begin as integers.</summary>
    protected bool HasByteSums => hasByteSums;

    protected bool Adds => form.HasFlag(EpilogueForm.Sum);

    protected bool WritesFloats => form.HasFlag(EpilogueForm.Floats);

    /// <summary>Whether bytes are found by a scale and a zero point of the output.</summary>
    protected bool Quantizes => form.HasFlag(EpilogueForm.Bytes);

    /// <summary>Whether bytes are the results, rounded.</summary>
    protected bool Rounds => form == EpilogueForm.Rounded;

    /// <summary>Whether results are those of a curve, which have no bounds.</summary>
    protected bool Curves => form.HasFlag(EpilogueForm.Gelu);

    /// <param name="frame">Has further registers.</param>
    /// <param name="vectors">Registers of columns.</param>
    /// <param name="free">Registers that hold nothing behind the sums of a tile.</param>
    public abstract void Take(Frame frame, int vectors, Register[] free);

    /// <summary>Reads the constants.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="place">A general register that is free.</param>
    public abstract void EmitBegin(Assembly code, AssemblerRegister64 place);

    /// <summary>Sums of bytes begin with what would be added to them at the end.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="place">A general register that is free.</param>
    /// <param name="sums">Row by row.</param>
    /// <returns>False where sums begin with zero.</returns>
    public abstract bool TryEmitFirstSums(Assembly code, AssemblerRegister64 place, Register[] sums);

    /// <summary>The sums of a tile to the rows of the target.</summary>
    /// <param name="code">Where it goes.</param>
    /// <param name="places">Of a row.</param>
    /// <param name="rows">Of the tile.</param>
    /// <param name="sums">Row by row; of no use afterwards.</param>
    /// <param name="areNeighbours">Whether each row of the target is the one behind the row before.</param>
    public void EmitRows(Assembly code, EpiloguePlaces places, int rows, Register[] sums, bool areNeighbours = false)
    {
        EmitTerms(code, places);
        if (Curves)
        {
            code.mov(places.Addend, Frame.Argument(nameof(TileCall.Curve)));
        }

        code.mov(places.Outputs, Frame.Argument(nameof(TileCall.Outputs)));
        EmitLocatedRows(code, places, rows, sums, areNeighbours);
    }

    /// <summary>The same of rows whose numbers are where <see cref="EpiloguePlaces.Outputs"/> says; without a curve.</summary>
    public void EmitLocatedRows(Assembly code, EpiloguePlaces places, int rows, Register[] sums, bool areNeighbours = false)
    {
        int vectors = sums.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            AssemblerMemoryOperand? output = areNeighbours && row > 0 ? null : __qword_ptr[places.Outputs + (row * sizeof(long))];
            Locate(code, WritesFloats, places.Floats, output, nameof(TileCall.Floats), nameof(TileCall.FloatsPitch));
            Locate(code, Quantizes || Rounds, places.Bytes, output, nameof(TileCall.Bytes), nameof(TileCall.BytesPitch));
            Locate(code, Adds, places.Addend, output, nameof(TileCall.Addend), nameof(TileCall.AddendPitch));
            EmitRow(code, places, row, sums.AsSpan(row * vectors, vectors));
        }
    }

    /// <summary>Reads what is not constant from tile to tile.</summary>
    protected virtual void EmitTerms(Assembly code, EpiloguePlaces places)
    {
    }

    /// <summary>From the sums of a row to memory.</summary>
    protected abstract void EmitRow(Assembly code, EpiloguePlaces places, int row, ReadOnlySpan<Register> sums);

    protected static MemoryOperand Argument(string field) => new(Register.RCX, (int)Marshal.OffsetOf<TileCall>(field), 1);

    protected static void Emit(Assembly code, Code instruction, Register target, Register left, Register right) =>
        code.AddInstruction(Instruction.Create(instruction, target, left, right));

    /// <param name="code">Where it goes.</param>
    /// <param name="isNeeded">Otherwise nothing is done.</param>
    /// <param name="place">Becomes the place of the row.</param>
    /// <param name="output">Its number; null: the place is that of the row before.</param>
    /// <param name="field">The place of row 0.</param>
    /// <param name="pitch">From row to row.</param>
    private static void Locate(Assembly code, bool isNeeded, AssemblerRegister64 place, AssemblerMemoryOperand? output, string field,
        string pitch)
    {
        if (!isNeeded)
        {
            return;
        }

        if (output is null)
        {
            code.add(place, Frame.Argument(pitch));
            return;
        }

        code.mov(place, output.Value);
        code.imul(place, Frame.Argument(pitch));
        code.add(place, Frame.Argument(field));
    }
}
