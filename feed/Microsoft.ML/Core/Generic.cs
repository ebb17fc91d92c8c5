using System.Reflection;

namespace Microsoft.ML;

/// <summary>Calls a generic method for a type known only at run time.</summary>
internal static class Generic
{
    /// <summary>Calls a private static method of <paramref name="owner"/> with one type argument.</summary>
    public static object Call(Type owner, string name, Type argument, params object[] arguments) =>
        Call(owner, name, [argument], arguments);

    public static object Call(Type owner, string name, Type[] typeArguments, params object[] arguments) =>
        Find(owner, name, BindingFlags.Static).MakeGenericMethod(typeArguments)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    /// <summary>The same for a private instance method.</summary>
    public static object Call(object instance, string name, Type argument, params object[] arguments) =>
        Find(instance.GetType(), name, BindingFlags.Instance).MakeGenericMethod(argument)
            .Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static MethodInfo Find(Type owner, string name, BindingFlags kind)
    {
        for (Type type = owner; type != null; type = type.BaseType)
        {
            MethodInfo method = type.GetMethods(kind | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .FirstOrDefault(candidate => candidate.Name == name && candidate.IsGenericMethodDefinition);
            if (method != null)
                return method;
        }

        throw new MissingMethodException(owner.FullName, name);
    }
}
