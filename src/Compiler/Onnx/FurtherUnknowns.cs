namespace MixPrec.Compiler.Onnx;

/// <summary>
/// What a model needs to be bound besides what it was refused for: found by importing it with sizes and numbers in place of what is
/// missing, as far as that goes. Without it whoever binds one thing is told of the next.
/// </summary>
internal static class FurtherUnknowns
{
    /// <summary>Of whatever is missing: it divides by strides, and windows fit into it.</summary>
    private const int Size = 64;

    private const int MostImports = 6;

    /// <param name="import">The import of the model with other bindings.</param>
    public static UnknownDataException Named(UnknownDataException refusal, DimensionBindings dimensions, ConstantBindings constants,
        Action<DimensionBindings, ConstantBindings> import)
    {
        var all = refusal.Needed;
        var besides = refusal.Needed.Besides ?? new([], [], []);
        for (int i = 0; i < MostImports; i++)
        {
            try
            {
                var named = all.And(besides);
                import(dimensions.With(named.Dimensions.Select(d => KeyValuePair.Create(d, Size))),
                    constants.With(named.Bindable.Select(b => KeyValuePair.Create(b, "1"))));
                break;
            }
            catch (UnknownDataException next) when (next.Needed.Without(all.And(besides)) is var more
                && more.Dimensions.Count + more.Bindable.Count > 0)
            {
                besides = besides.And(more);
            }
            catch (MixPrecException)
            {
                // With these sizes it is refused for another reason, which says nothing about the model.
                break;
            }
        }

        return refusal.With(all with { Besides = besides });
    }
}
