namespace MixPrec.Runtime.Machine;

/// <summary>Calls the copy in executable pages.</summary>
internal readonly struct NativeCall : IProcedureCall
{
    /// <remarks>
    /// The code takes its argument from rcx, the first argument of one calling convention and the fourth of the other, so all four are it.
    /// </remarks>
    public static unsafe void Invoke(int offset, TileCall* call, bool isShort)
    {
        nint code = MachineCode.Address + offset, argument = (nint)call;
        if (isShort)
        {
            ((delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, void>)code)(argument, argument, argument, argument);
        }
        else
        {
            ((delegate* unmanaged<nint, nint, nint, nint, void>)code)(argument, argument, argument, argument);
        }
    }
}
