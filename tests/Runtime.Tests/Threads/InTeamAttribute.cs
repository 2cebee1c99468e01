using System.Globalization;
using System.Reflection;
using MixPrec.Runtime.Tests.Threads;
using MixPrec.Runtime.Threads;
using Xunit.v3;

[assembly: InTeam]

namespace MixPrec.Runtime.Tests.Threads;

/// <summary>
/// With <c>MIXPREC_TEST_THREADS=n</c> every test runs as a step of a session with so many threads, and everything that can be split is
/// split, however small: test.sh runs the tests of the kernels once more that way.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class InTeamAttribute : BeforeAfterTestAttribute
{
    private static readonly int s_threads = int.Parse(Environment.GetEnvironmentVariable("MIXPREC_TEST_THREADS") ?? "1",
        CultureInfo.InvariantCulture);

    /// <summary>Workers help also where the machine has fewer processors.</summary>
    private static readonly WorkerPool s_pool = new(64, leastWork: 1);

    /// <summary>The tests of teams make their own, and the interpreter of machine code knows the operands of one thread.</summary>
    private static readonly string?[] s_alone = [typeof(InTeamAttribute).Namespace, typeof(Machine.MachineRows).Namespace];

    [ThreadStatic]
    private static ThreadTeam? team;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (s_threads > 1 && methodUnderTest.ReturnType == typeof(void) && !s_alone.Contains(methodUnderTest.DeclaringType!.Namespace))
        {
            team = new ThreadTeam(s_threads, s_pool);
            team.Begin();
        }
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        team?.End();
        team = null;
    }
}
