using System.Runtime.ExceptionServices;
using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Rethrows errors of this project as they were thrown. ML.NET reads views on threads of its own and wraps what a getter
/// throws there in an <see cref="InvalidOperationException"/> whose message, "Splitter/consolidator worker encountered exception
/// while consuming source data", says nothing.
/// </summary>
internal static class InnerErrors
{
    /// <summary>Finds the error of this project that others were wrapped around.</summary>
    /// <returns>Null where the error doesn't wrap one of ours.</returns>
    public static Exception? Find(Exception error)
    {
        if (IsOurs(error))
            return null;
        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (IsOurs(inner))
                return inner;
        }

        return null;
    }

    /// <summary>Moves to the next row; an error of ours is thrown without what ML.NET wrapped around it.</summary>
    public static bool MoveNextOrThrow(this DataViewRowCursor cursor)
    {
        try
        {
            return cursor.MoveNext();
        }
        catch (InvalidOperationException error) when (Find(error) is not null)
        {
            // Keeps the stack of the thread that threw it.
            ExceptionDispatchInfo.Throw(Find(error)!);
            throw;
        }
    }

    // An error's source is the name of the assembly that threw it.
    private static bool IsOurs(Exception error) => error.Source is { } source && source.StartsWith("MLSeqGraph.", StringComparison.Ordinal);
}
