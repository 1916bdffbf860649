/** An application as a module. */
module consumer {
    requires org.parsec.client;

    uses java.security.Provider;
}
