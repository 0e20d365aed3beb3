using Perfmon.Diagnostics;

namespace Perfmon.Session;

/// <summary>What is done about a descriptor of a session, under its lock: unless somebody keeps that for long, which is none of the loop's other sessions' concern.</summary>
internal abstract class SessionHandler(SessionEngine session) : IDescriptorHandler
{
    protected SessionEngine Session => session;

    public bool TryServe()
    {
        if (!session.TryHold())
        {
            return false;
        }

        try
        {
            return ServeHeld();
        }
        finally
        {
            session.LetGo();
        }
    }

    /// <summary>The same for who holds the session.</summary>
    public bool ServeHeld()
    {
        try
        {
            return TryServeHeld();
        }
        catch (PerfmonException why)
        {
            session.FailSwitching(why);
            return true;
        }
    }

    /// <summary>Called while the session is held, which may have been detached, and attached anew, since the descriptor was found readable.</summary>
    /// <returns>False when not all is done.</returns>
    protected abstract bool TryServeHeld();
}
