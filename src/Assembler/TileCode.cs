using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>The sums of <paramref name="rows"/> rows and <paramref name="vectors"/> registers of columns.</summary>
/// <remarks>
/// The one argument, a <see cref="TileCall"/>, is taken from rcx: the first argument on Windows and the fourth everywhere else, so the
/// caller passes it four times. What either convention preserves is preserved. Weights are read in panels of 64 bytes a row, or as a plain
/// matrix where <paramref name="isRowMajor"/>, whose rows lie <see cref="TileCall.WeightsPitch"/> apart.
/// </remarks>
internal sealed class TileCode
{
    /// <summary>Bytes of a row of a panel.</summary>
    private const int PanelRowBytes = 64;

    /// <summary>Bytes of a row of the left operand that are multiplied at once: a float, four bytes.</summary>
    private const int GroupBytes = 4;

    /// <summary>Panels that one register reaches: at 0, 1 and 2 times the distance between them.</summary>
    private const int PanelsOfPlace = 3;

    private static readonly AssemblerRegister64[] Volatile = [rax, rdx, r8, r9, r10, r11],
        Preserved = [rbx, rbp, rsi, rdi, r12, r13, r14, r15];

    private readonly Assembly code = new(64);
    private readonly Product product;
    private readonly int rows, vectors;
    private readonly bool isRowMajor;

    private readonly Stack<AssemblerRegister64> free = new(Volatile.Concat(Preserved).Reverse());
    private readonly AssemblerRegister64[] preserved;

    /// <summary>Where the group begins in every row, and where the run ends there; runs that are left.</summary>
    private readonly AssemblerRegister64 position, end, inner, outer;

    /// <summary>Where the weights of the group are: of panel 0, 3 and 6.</summary>
    private readonly AssemblerRegister64[] places;

    /// <summary>From panel to panel, where there is more than one and they do not follow each other.</summary>
    private readonly AssemblerRegister64 panelPitch;

    private readonly AssemblerRegister64[] rowPlaces;

    /// <summary>Weights, one for each vector, or rows; and one for what is multiplied with them.</summary>
    private readonly Register[] operands;

    private readonly Register[] sums, preservedVectors;

    public TileCode(Product product, int rows, int vectors, bool isRowMajor)
    {
        (this.product, this.rows, this.vectors, this.isRowMajor) = (product, rows, vectors, isRowMajor);
        int panels = ((vectors * product.Bytes) + PanelRowBytes - 1) / PanelRowBytes;
        (position, end, inner, outer) = (free.Pop(), free.Pop(), free.Pop(), free.Pop());
        places = Take(isRowMajor ? 1 : (panels + PanelsOfPlace - 1) / PanelsOfPlace);
        panelPitch = isRowMajor || panels == 1 ? default : free.Pop();
        rowPlaces = Take(rows);
        preserved = [.. Preserved.Where(register => !free.Contains(register))];

        int inOperands = 1 + (IsWide ? rows : vectors);
        operands = product.Registers[..inOperands];
        sums = product.Registers[inOperands..(inOperands + (rows * vectors))];
        preservedVectors = [.. operands.Concat(sums).Select(register => register.GetNumber()).Where(number => number is >= 6 and < 16)
            .Select(number => Register.XMM0 + number)];
    }

    /// <summary>One or two rows stay in registers, and weights are read once; otherwise weights stay and each row is read once.</summary>
    private bool IsWide => rows <= 2 && vectors > 2;

    public byte[] Assemble()
    {
        Begin();
        Runs();
        Store();
        End();
        var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), rip: 0);
        return stream.ToArray();
    }

    private AssemblerRegister64[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => free.Pop())];

    private static AssemblerMemoryOperand Argument(string field) => __qword_ptr[rcx + (int)Marshal.OffsetOf<TileCall>(field)];

    private Register Sum(int row, int vector) => sums[(row * vectors) + vector];

    private void Begin()
    {
        Array.ForEach(preserved, register => code.push(register));
        if (preservedVectors.Length > 0)
        {
            code.sub(rsp, preservedVectors.Length * 16);
            for (int i = 0; i < preservedVectors.Length; i++)
            {
                code.AddInstruction(Instruction.Create(Code.VEX_Vmovups_xmmm128_xmm, Memory(Register.RSP, i * 16), preservedVectors[i]));
            }
        }

        Array.ForEach(sums, register => product.EmitZero(code, register));
        code.mov(position, Argument(nameof(TileCall.Lhs)));
        for (int row = 0; row < rows; row++)
        {
            code.mov(rowPlaces[row], __qword_ptr[position + (row * sizeof(long))]);
        }

        code.mov(places[0], Argument(nameof(TileCall.Weights)));
        if (panelPitch != default)
        {
            code.mov(panelPitch, Argument(nameof(TileCall.PanelPitch)));
        }

        if (places.Length > 1)
        {
            code.lea(end, __[panelPitch + (panelPitch * 2)]);
            code.lea(places[1], __[places[0] + end]);
        }

        if (places.Length > 2)
        {
            code.lea(places[2], __[places[0] + (end * 2)]);
        }

        code.xor(position, position);
    }

    /// <summary>Outer × Inner runs; each has at least one group.</summary>
    private void Runs()
    {
        Label outerRun = code.CreateLabel(), innerRun = code.CreateLabel(), group = code.CreateLabel();
        code.mov(outer, Argument(nameof(TileCall.Outer)));
        code.Label(ref outerRun);
        code.mov(inner, Argument(nameof(TileCall.Inner)));
        code.Label(ref innerRun);
        code.mov(end, Argument(nameof(TileCall.RunBytes)));
        code.add(end, position);
        code.Label(ref group);
        Group();
        code.add(position, GroupBytes);
        code.cmp(position, end);
        code.jl(group);
        Step(nameof(TileCall.InnerLhsStep), nameof(TileCall.InnerWeightsStep));
        code.dec(inner);
        code.jne(innerRun);
        Step(nameof(TileCall.OuterLhsStep), nameof(TileCall.OuterWeightsStep));
        code.dec(outer);
        code.jne(outerRun);
    }

    private void Step(string lhs, string weights)
    {
        code.add(position, Argument(lhs));
        code.mov(end, Argument(weights));
        Array.ForEach(places, place => code.add(place, end));
    }

    private void Group()
    {
        if (IsWide)
        {
            WideGroup();
        }
        else
        {
            TallGroup();
        }

        if (isRowMajor)
        {
            code.add(places[0], Argument(nameof(TileCall.WeightsPitch)));
        }
        else
        {
            Array.ForEach(places, place => code.add(place, PanelRowBytes));
        }
    }

    private void TallGroup()
    {
        for (int vector = 0; vector < vectors; vector++)
        {
            product.EmitLoad(code, operands[vector], Weights(vector));
        }

        for (int row = 0; row < rows; row++)
        {
            product.EmitBroadcast(code, operands[^1], Element(row));
            for (int vector = 0; vector < vectors; vector++)
            {
                product.EmitMultiplyAdd(code, Sum(row, vector), operands[^1], operands[vector]);
            }
        }
    }

    private void WideGroup()
    {
        for (int row = 0; row < rows; row++)
        {
            product.EmitBroadcast(code, operands[row], Element(row));
        }

        for (int vector = 0; vector < vectors; vector++)
        {
            if (rows == 1)
            {
                product.EmitMultiplyAdd(code, Sum(0, vector), operands[0], Weights(vector));
                continue;
            }

            product.EmitLoad(code, operands[^1], Weights(vector));
            for (int row = 0; row < rows; row++)
            {
                product.EmitMultiplyAdd(code, Sum(row, vector), operands[row], operands[^1]);
            }
        }
    }

    private MemoryOperand Element(int row) => new(rowPlaces[row], position);

    private MemoryOperand Weights(int vector)
    {
        int bytes = vector * product.Bytes;
        if (isRowMajor)
        {
            return Memory(places[0], bytes);
        }

        int panel = bytes / PanelRowBytes, displacement = bytes % PanelRowBytes;
        Register place = places[panel / PanelsOfPlace];
        return (panel % PanelsOfPlace) == 0
            ? Memory(place, displacement)
            : new(place, panelPitch, panel % PanelsOfPlace, displacement, displacement == 0 ? 0 : 1);
    }

    private static MemoryOperand Memory(Register place, int displacement) => new(place, displacement, displacement == 0 ? 0 : 1);

    private void Store()
    {
        code.mov(position, Argument(nameof(TileCall.Sums)));
        if (rows > 1)
        {
            code.mov(end, Argument(nameof(TileCall.SumPitch)));
        }

        for (int row = 0; row < rows; row++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                product.EmitStore(code, Memory(position, vector * product.Bytes), Sum(row, vector));
            }

            if (row < rows - 1)
            {
                code.add(position, end);
            }
        }
    }

    private void End()
    {
        code.vzeroupper();
        for (int i = 0; i < preservedVectors.Length; i++)
        {
            code.AddInstruction(Instruction.Create(Code.VEX_Vmovups_xmm_xmmm128, preservedVectors[i], Memory(Register.RSP, i * 16)));
        }

        if (preservedVectors.Length > 0)
        {
            code.add(rsp, preservedVectors.Length * 16);
        }

        Array.ForEach([.. preserved.Reverse()], register => code.pop(register));
        code.ret();
    }
}
