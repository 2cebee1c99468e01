namespace MixPrec.Fuzz.Running;

/// <summary>Ends the process when an execution does not end, after its input has been written: threads cannot be stopped.</summary>
internal static class Watch
{
    public static void Start(Campaign campaign, Action<FuzzFinding> stuck)
    {
        var thread = new Thread(() =>
        {
            while (true)
            {
                Thread.Sleep(500);
                if (campaign.Running is { } running && running.Time > 2 * Campaign.Longest)
                {
                    stuck(running.Finding);
                }
            }
        })
        { IsBackground = true };
        thread.Start();
    }
}
