using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Machine;

/// <summary>Calls the copy in executable pages.</summary>
internal readonly struct NativeCall : IProcedureCall
{
    /// <remarks>
    /// The code takes its argument from rcx, the first argument of one calling convention and the fourth of the other, so all four are it.
    /// </remarks>
    public static unsafe void Invoke(int offset, TileCall* call, bool isShort)
    {
        if (isShort)
        {
            nint argument = (nint)call;
            ((delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, void>)(MachineCode.Address + offset))(
                argument, argument, argument, argument);
        }
        else
        {
            Long(offset, (nint)call);
        }
    }

    /// <summary>By itself: a method with such a call prepares for the transition when it is entered, whichever way it takes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void Long(int offset, nint argument) =>
        ((delegate* unmanaged<nint, nint, nint, nint, void>)(MachineCode.Address + offset))(argument, argument, argument, argument);
}
