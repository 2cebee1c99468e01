using System.Runtime.InteropServices;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using static Iced.Intel.AssemblerRegisters;

namespace MixPrec.Assembler;

/// <summary>
/// The sums of <paramref name="rows"/> rows and <paramref name="vectors"/> registers of 16 columns, u8 × s8 into 32 bits, with vpdpbusd on
/// 512-bit registers (AVX512-VNNI).
/// </summary>
/// <remarks>
/// <para>The one argument, a <see cref="TileCall"/>, is taken from rcx: the first argument on Windows and the fourth everywhere else, so
/// the caller passes it four times. Sums are in zmm16–31 and operands in zmm0–3, which neither convention preserves.</para>
/// <para>While it runs: rbx is the place in the rows, rsi the end of the run there, rdi and rbp count runs, rdx is the place in the weights
/// of the first panel, rax the distance to the next one, r10 and r11 the places in the fourth and the seventh, r8 … the rows.</para>
/// </remarks>
internal sealed class ByteTileCode(int rows, int vectors)
{
    private const int RegisterBytes = 64, GroupBytes = 4, FirstSum = 16;

    private static readonly AssemblerRegisterZMM[] Zmm =
    [
        zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31,
    ];

    private static readonly AssemblerRegister64[] Preserved = [rbx, rbp, rsi, rdi, r12, r13, r14, r15];

    private static readonly AssemblerRegister64[] RowPlaces = [r8, r9, r12, r13, r14, r15, r10, r11];

    private readonly Iced.Intel.Assembler code = new(64);

    /// <summary>Whether r10 and r11 are places in the weights; then there are at most two rows, and none is in them.</summary>
    private bool IsWide => vectors > 2;

    public byte[] Assemble()
    {
        Array.ForEach(Preserved, register => code.push(register));
        Begin();
        Runs();
        Store();
        code.vzeroupper();
        Array.ForEach([.. Preserved.Reverse()], register => code.pop(register));
        code.ret();

        var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), rip: 0);
        return stream.ToArray();
    }

    private static AssemblerMemoryOperand Argument(string field) => __qword_ptr[rcx + (int)Marshal.OffsetOf<TileCall>(field)];

    private AssemblerRegisterZMM Sum(int row, int vector) => Zmm[FirstSum + (row * vectors) + vector];

    private void Begin()
    {
        for (int i = 0; i < rows * vectors; i++)
        {
            code.vpxord(Zmm[FirstSum + i], Zmm[FirstSum + i], Zmm[FirstSum + i]);
        }

        code.mov(rax, Argument(nameof(TileCall.Lhs)));
        for (int row = 0; row < rows; row++)
        {
            code.mov(RowPlaces[row], __qword_ptr[rax + (row * sizeof(long))]);
        }

        code.mov(rdx, Argument(nameof(TileCall.Weights)));
        code.mov(rax, Argument(nameof(TileCall.PanelPitch)));
        if (IsWide)
        {
            code.lea(r11, __[rax + (rax * 2)]);
            code.lea(r10, __[rdx + r11]);
            code.lea(r11, __[rdx + (r11 * 2)]);
        }

        code.xor(ebx, ebx);
    }

    /// <summary>Outer × Inner runs; each has at least one group of four k.</summary>
    private void Runs()
    {
        Label outer = code.CreateLabel(), inner = code.CreateLabel(), group = code.CreateLabel();
        code.mov(rdi, Argument(nameof(TileCall.Outer)));
        code.Label(ref outer);
        code.mov(rbp, Argument(nameof(TileCall.Inner)));
        code.Label(ref inner);
        code.mov(rsi, Argument(nameof(TileCall.RunBytes)));
        code.add(rsi, rbx);
        code.Label(ref group);
        Group();
        code.add(rdx, RegisterBytes);
        if (IsWide)
        {
            code.add(r10, RegisterBytes);
            code.add(r11, RegisterBytes);
        }

        code.add(rbx, GroupBytes);
        code.cmp(rbx, rsi);
        code.jl(group);
        Step(nameof(TileCall.InnerLhsStep), nameof(TileCall.InnerWeightsStep));
        code.dec(rbp);
        code.jne(inner);
        Step(nameof(TileCall.OuterLhsStep), nameof(TileCall.OuterWeightsStep));
        code.dec(rdi);
        code.jne(outer);
    }

    private void Step(string lhs, string weights)
    {
        code.add(rbx, Argument(lhs));
        code.mov(rsi, Argument(weights));
        code.add(rdx, rsi);
        if (IsWide)
        {
            code.add(r10, rsi);
            code.add(r11, rsi);
        }
    }

    /// <summary>Four k of every row and column.</summary>
    private void Group()
    {
        if (!IsWide)
        {
            // A row's bytes serve all registers of weights, which stay.
            for (int vector = 0; vector < vectors; vector++)
            {
                code.vmovdqu32(Zmm[vector], Weights(vector));
            }

            for (int row = 0; row < rows; row++)
            {
                var bytes = Zmm[2 + (row % 2)];
                code.vpbroadcastd(bytes, __dword_ptr[RowPlaces[row] + rbx]);
                for (int vector = 0; vector < vectors; vector++)
                {
                    code.vpdpbusd(Sum(row, vector), bytes, Zmm[vector]);
                }
            }

            return;
        }

        for (int row = 0; row < rows; row++)
        {
            code.vpbroadcastd(Zmm[row], __dword_ptr[RowPlaces[row] + rbx]);
        }

        for (int vector = 0; vector < vectors; vector++)
        {
            if (rows == 1)
            {
                code.vpdpbusd(Sum(0, vector), Zmm[0], Weights(vector));
                continue;
            }

            var weights = Zmm[4 + (vector % 2)];
            code.vmovdqu32(weights, Weights(vector));
            for (int row = 0; row < rows; row++)
            {
                code.vpdpbusd(Sum(row, vector), Zmm[row], weights);
            }
        }
    }

    private AssemblerMemoryOperand Weights(int vector) => vector switch
    {
        0 => __zmmword_ptr[rdx],
        1 => __zmmword_ptr[rdx + rax],
        2 => __zmmword_ptr[rdx + (rax * 2)],
        3 => __zmmword_ptr[r10],
        4 => __zmmword_ptr[r10 + rax],
        5 => __zmmword_ptr[r10 + (rax * 2)],
        6 => __zmmword_ptr[r11],
        _ => __zmmword_ptr[r11 + rax],
    };

    private void Store()
    {
        code.mov(rax, Argument(nameof(TileCall.Sums)));
        code.mov(rdx, Argument(nameof(TileCall.SumPitch)));
        for (int row = 0; row < rows; row++)
        {
            for (int vector = 0; vector < vectors; vector++)
            {
                code.vmovdqu32(__zmmword_ptr[rax + (vector * RegisterBytes)], Sum(row, vector));
            }

            code.add(rax, rdx);
        }
    }
}
