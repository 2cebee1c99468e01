using System.Runtime.CompilerServices;

namespace MixPrec.Runtime.Machine;

/// <summary>Calls the copy in executable pages.</summary>
internal readonly struct NativeCall : IProcedureCall
{
    /// <remarks>
    /// The code takes its argument from rcx, the first argument of one calling convention and the fourth of the other, so all four are it.
    /// </remarks>
    public static unsafe void Invoke(int offset, void* argument, bool isShort)
    {
        if (isShort)
        {
            nint call = (nint)argument;
            ((delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, void>)(MachineCode.Address + offset))(
                call, call, call, call);
        }
        else
        {
            Long(offset, (nint)argument);
        }
    }

    /// <summary>By itself: a method with such a call prepares for the transition when it is entered, whichever way it takes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void Long(int offset, nint argument) =>
        ((delegate* unmanaged<nint, nint, nint, nint, void>)(MachineCode.Address + offset))(argument, argument, argument, argument);
}
