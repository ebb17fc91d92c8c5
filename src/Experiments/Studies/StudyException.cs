namespace MLSeqGraph.Experiments;

/// <summary>A study can't be read, written or gone on with; the message says which and why.</summary>
public sealed class StudyException : Exception
{
    internal StudyException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
