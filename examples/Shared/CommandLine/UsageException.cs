namespace Examples;

/// <summary>Options that do not go together, or do not suit the data.</summary>
internal sealed class UsageException(string message) : Exception(message);
