using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Runtime;

/// <summary>Argument checks; which exception stands for what is ML.NET's own choice.</summary>
internal static class Contracts
{
    public static void CheckValue(object value, string name)
    {
        if (value == null)
            throw new ArgumentNullException(name);
    }

    public static void CheckNonEmpty(string value, string name)
    {
        if (string.IsNullOrEmpty(value))
            throw ExceptParam(name, $"{name} cannot be null or empty");
    }

    public static void CheckParam([DoesNotReturnIf(false)] bool condition, string name, string message = null)
    {
        if (!condition)
            throw ExceptParam(name, message);
    }

    public static void CheckParam([DoesNotReturnIf(false)] bool condition, string name,
        [InterpolatedStringHandlerArgument(nameof(condition))] CheckMessage message)
    {
        if (!condition)
            throw ExceptParam(name, message.Text());
    }

    public static void Check([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
            throw new InvalidOperationException(message);
    }

    public static void Check([DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] CheckMessage message)
    {
        if (!condition)
            throw new InvalidOperationException(message.Text());
    }

    public static Exception ExceptParam(string name, string message = null) => new ArgumentOutOfRangeException(name, message);

    /// <summary>The column is not there.</summary>
    public static Exception ExceptSchemaMismatch(string parameter, string role, string column) =>
        ExceptParam(parameter, $"Could not find {role} column '{column}'");

    /// <summary>The column is of another type than needed.</summary>
    public static Exception ExceptSchemaMismatch(string parameter, string role, string column, string expected, string actual) =>
        ExceptParam(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");
}
