using Iced.Intel;

namespace MixPrec.Assembler;

/// <summary>Registers beside operands and sums.</summary>
/// <param name="Temporary">See <see cref="Product.HasTemporary"/>.</param>
/// <param name="Constant">See <see cref="Product.HasConstant"/>.</param>
internal readonly record struct Spare(Register Temporary, Register Constant)
{
    public static Spare Take(Frame frame, Product product) => new(
        product.HasTemporary ? frame.TakeVectors(1)[0] : Register.None, product.HasConstant ? frame.TakeVectors(1)[0] : Register.None);
}
